import type { HistoryEntry } from "@heliosdb/client";
import { Link } from "@tanstack/react-router";
import { GitBranch, Table2, Tag, Undo2, X } from "lucide-react";
import { useState } from "react";
import { DiffView } from "../../diff/diff-view.js";
import { Button, IconButton } from "../../parts/button.js";
import { useBranches } from "../../session/queries.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { fullTime } from "../../util/time.js";
import { CreateBranch } from "../branches/dialogs/create-branch.js";
import { RestoreBranch } from "../shared/restore-branch.js";
import { CreateSnapshot } from "./create-snapshot.js";

interface CommitViewProps {
  readonly entry: HistoryEntry;
  readonly branch: string;
  readonly onClose: () => void;
}

/** One commit: who made it, what it changed, and what can be done with its state. */
export function CommitView({ entry, branch, onClose }: CommitViewProps) {
  const { identity } = useSession();
  const { writes } = rightsOf(identity);
  const { data } = useBranches();
  const [open, setOpen] = useState<"restore" | "branch" | "snapshot" | null>(null);
  const [table, setTable] = useState<string | undefined>(undefined);
  const at = `scn:${entry.scn}`;
  const close = () => setOpen(null);
  return (
    <section className="commit-view" aria-label={`Commit ${entry.scn}`}>
      <header className="panel-head">
        <h2>{entry.message ?? entry.summary}</h2>
        <IconButton label="Close" icon={<X size={16} />} onClick={onClose} />
      </header>
      <p className="soft">
        Commit <code>{entry.scn}</code> by {entry.author}, {fullTime(entry.timestamp)}
      </p>
      <div className="panel-links">
        <Link to="/branch/$branch/data" params={{ branch }} search={{ at }} className="button button-plain">
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
            <Button icon={<Tag size={15} />} onClick={() => setOpen("snapshot")}>
              Name it
            </Button>
          </>
        )}
      </div>
      {entry.statements.length > 0 && (
        <pre className="viewer viewer-short" tabIndex={0} role="region" aria-label="Statements">
          {entry.statements.join(";\n")}
        </pre>
      )}
      <DiffView
        from={{ branch, asOf: `scn:${entry.scn - 1}` }}
        branch={branch}
        at={at}
        table={table}
        onTable={setTable}
      />
      {open === "restore" && <RestoreBranch branch={branch} at={at} onClose={close} />}
      {open === "branch" && <CreateBranch from={branch} at={at} branches={data?.branches ?? []} onClose={close} />}
      {open === "snapshot" && <CreateSnapshot branch={branch} at={at} onClose={close} />}
    </section>
  );
}
