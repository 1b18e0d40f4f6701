import type { Branch, GraphBranch, GraphGroup } from "@heliosdb/client";
import { Link } from "@tanstack/react-router";
import { GitBranch, History, Table2, Undo2, X, ZoomIn } from "lucide-react";
import { useState } from "react";
import type { Window } from "../../graph/window.js";
import { Button, IconButton } from "../../parts/button.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { counted } from "../../util/text.js";
import { fullTime } from "../../util/time.js";
import { RestoreBranch } from "../shared/restore-branch.js";
import { CreateBranch } from "./dialogs/create-branch.js";

interface DotCardProps {
  readonly branch: GraphBranch;
  readonly group: GraphGroup;
  readonly branches: readonly Branch[];
  readonly onClose: () => void;
  readonly onZoom: (window: Window) => void;
  readonly onBranch: () => void;
}

/** A commit of the graph, or a fold of several, and what can be done from there. */
export function DotCard({ branch, group, branches, onClose, onZoom, onBranch }: DotCardProps) {
  const { identity } = useSession();
  const { writes } = rightsOf(identity);
  const [open, setOpen] = useState<"branch" | "restore" | null>(null);
  const { commit, commits, first, last, merges, types } = group;
  const at = `scn:${last.scn}`;
  const zoom = () => {
    const [from, until] = [first.timestamp.getTime(), last.timestamp.getTime()];
    const margin = Math.max(20, (until - from) * 0.15);
    onZoom({ from: from - margin, until: until + margin });
  };
  return (
    <section className="card dot-card" aria-label={commit ? `Commit ${last.scn}` : counted(commits, "commit")}>
      <header className="panel-head">
        <h2>{commit ? (commit.message ?? types.join(", ")) : counted(commits, "commit")}</h2>
        <IconButton label="Close" icon={<X size={16} />} onClick={onClose} />
      </header>
      <p className="soft">
        {commit ? `Commit ${last.scn} by ${commit.author}` : `Commits ${first.scn} to ${last.scn}`} on{" "}
        <button type="button" className="link mono" onClick={onBranch}>
          {branch.name}
        </button>
        , {fullTime(last.timestamp)}
        {merges.map((merge) => `, merged ${merge.branch ?? "a deleted branch"}`).join("")}
        {commit && commit.tableCount > 0 && `. Changed ${commit.tables.join(", ")}`}
        {commit && commit.tableCount > commit.tables.length && ` and ${commit.tableCount - commit.tables.length} more`}
      </p>
      <div className="panel-links">
        {!commit && (
          <Button icon={<ZoomIn size={15} />} onClick={zoom}>
            Zoom in
          </Button>
        )}
        {commit && (
          <Link
            to="/branch/$branch/history"
            params={{ branch: branch.name }}
            search={{ commit: String(last.scn) }}
            className="button button-plain"
          >
            <History size={15} aria-hidden="true" />
            <span>What it changed</span>
          </Link>
        )}
        <Link
          to="/branch/$branch/data"
          params={{ branch: branch.name }}
          search={{ at }}
          className="button button-plain"
        >
          <Table2 size={15} aria-hidden="true" />
          <span>Data as of then</span>
        </Link>
        {writes && (
          <>
            <Button icon={<GitBranch size={15} />} onClick={() => setOpen("branch")}>
              Branch from it
            </Button>
            <Button icon={<Undo2 size={15} />} onClick={() => setOpen("restore")}>
              Restore to it
            </Button>
          </>
        )}
      </div>
      {open === "branch" && (
        <CreateBranch from={branch.name} at={at} branches={branches} onClose={() => setOpen(null)} />
      )}
      {open === "restore" && <RestoreBranch branch={branch.name} at={at} onClose={() => setOpen(null)} />}
    </section>
  );
}
