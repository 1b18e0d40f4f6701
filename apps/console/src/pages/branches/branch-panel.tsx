import type { Branch } from "@heliosdb/client";
import { Link } from "@tanstack/react-router";
import {
  GitBranch,
  GitCompareArrows,
  GitMerge,
  History,
  MoreHorizontal,
  RotateCcw,
  Settings2,
  Table2,
  Trash2,
  Undo2,
  X,
} from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Menu, type MenuItem } from "../../parts/menu.js";
import { TimeAgo } from "../../parts/time-ago.js";
import { useBranch, useBranches } from "../../session/queries.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { bytes, counted } from "../../util/text.js";
import { RestoreBranch } from "../shared/restore-branch.js";
import { BranchBadges } from "./branch-badges.js";
import { BranchSettings } from "./dialogs/branch-settings.js";
import { CreateBranch } from "./dialogs/create-branch.js";
import { DeleteBranch } from "./dialogs/delete-branch.js";
import { ResetBranch } from "./dialogs/reset-branch.js";

type Open = "create" | "restore" | "reset" | "settings" | "delete";

/** One branch: where it stands, and what can be done with it. */
export function BranchPanel({ branch, onClose }: { readonly branch: Branch; readonly onClose: () => void }) {
  const { identity } = useSession();
  const rights = rightsOf(identity);
  const { data, error } = useBranch(branch.name);
  const { data: all } = useBranches();
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const { name, parent } = branch;
  const item = (what: Open, label: string, icon: React.ReactNode, given: Partial<MenuItem> = {}): MenuItem => ({
    label,
    icon,
    onSelect: () => setOpen(what),
    ...given,
  });

  return (
    <aside className="panel" aria-label={`Branch ${name}`}>
      <header className="panel-head">
        <h2 className="branch-name">{name}</h2>
        <IconButton label="Close" icon={<X size={16} />} onClick={onClose} />
      </header>
      {branch.displayName && <p>{branch.displayName}</p>}
      <BranchBadges branch={branch} />
      <dl className="facts">
        {parent !== null && (
          <>
            <dt>Made from</dt>
            <dd>
              <Link to="/branches" search={(old) => ({ ...old, branch: parent })} className="link">
                {parent}
              </Link>{" "}
              <TimeAgo date={branch.forkedAt} />
            </dd>
          </>
        )}
        <dt>Last change</dt>
        <dd>
          <TimeAgo date={branch.stats.lastModified} />, commit <code>{branch.scn}</code>
        </dd>
        <dt>Rows</dt>
        <dd>{branch.stats.rows.toLocaleString("en")}</dd>
        {data?.details && (
          <>
            <dt>Size</dt>
            <dd>
              {bytes(data.details.dataBytes)} of data, {bytes(data.details.historyBytes)} of history
            </dd>
            {data.details.divergence && (
              <>
                <dt>Against {data.details.divergence.parent}</dt>
                <dd>
                  {counted(data.details.divergence.commitsAhead, "commit")} ahead,{" "}
                  {counted(data.details.divergence.commitsBehind, "commit")} behind
                </dd>
              </>
            )}
          </>
        )}
      </dl>
      {error && <ErrorNote error={error} />}
      <nav className="panel-links" aria-label={`Pages of ${name}`}>
        <Link to="/branch/$branch/data" params={{ branch: name }} className="button button-plain">
          <Table2 size={15} aria-hidden="true" />
          <span>Data</span>
        </Link>
        {rights.history && (
          <Link to="/branch/$branch/history" params={{ branch: name }} className="button button-plain">
            <History size={15} aria-hidden="true" />
            <span>History</span>
          </Link>
        )}
        <Link
          to="/compare"
          search={{ to: name, ...(parent !== null && { from: parent }) }}
          className="button button-plain"
        >
          <GitCompareArrows size={15} aria-hidden="true" />
          <span>Compare</span>
        </Link>
        {rights.merges && parent !== null && (
          <Link to="/merge" search={{ source: name, target: parent }} className="button button-plain">
            <GitMerge size={15} aria-hidden="true" />
            <span>Merge</span>
          </Link>
        )}
      </nav>
      {rights.writes && (
        <div className="panel-links">
          <Button look="primary" icon={<GitBranch size={15} />} onClick={() => setOpen("create")}>
            Branch from here
          </Button>
          <Menu
            trigger={<Button icon={<MoreHorizontal size={15} />}>More</Button>}
            items={[
              item("restore", "Restore to an earlier point…", <Undo2 size={15} />),
              item("reset", `Reset to ${parent ?? "its parent"}…`, <RotateCcw size={15} />, {
                disabled: parent === null,
              }),
              item("settings", "Name, protection, expiry…", <Settings2 size={15} />),
              item("delete", "Delete…", <Trash2 size={15} />, { danger: true, disabled: branch.isDefault }),
            ]}
          />
        </div>
      )}
      {open === "create" && <CreateBranch from={name} branches={all?.branches ?? []} onClose={close} />}
      {open === "restore" && <RestoreBranch branch={name} onClose={close} />}
      {open === "reset" && <ResetBranch branch={branch} onClose={close} />}
      {open === "settings" && <BranchSettings branch={branch} onClose={close} />}
      {open === "delete" && <DeleteBranch branch={branch} branches={all?.branches ?? []} onClose={close} />}
    </aside>
  );
}
