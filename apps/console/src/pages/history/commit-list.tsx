import type { HistoryEntry } from "@heliosdb/client";
import { GitMerge, Tag, Undo2 } from "lucide-react";
import { ChangeCounts } from "../../diff/table-changes.js";
import { TimeAgo } from "../../parts/time-ago.js";
import { kindName } from "./kinds.js";
import { totalOf } from "./totals.js";

interface CommitListProps {
  readonly entries: readonly HistoryEntry[];
  readonly branch: string;
  readonly chosen: number | undefined;
  readonly onChoose: (entry: HistoryEntry) => void;
}

export function CommitList({ entries, branch, chosen, onChoose }: CommitListProps) {
  return (
    <ol className="card commits plain-list" aria-label="Commits, newest first">
      {entries.map((entry) => (
        <li key={entry.scn}>
          <button type="button" className="commit" aria-pressed={entry.scn === chosen} onClick={() => onChoose(entry)}>
            <span className={`commit-dot commit-${entry.type}`} aria-hidden="true">
              {entry.type === "merge" && <GitMerge size={11} />}
              {(entry.type === "restore" || entry.type === "reset") && <Undo2 size={11} />}
            </span>
            <span className="commit-text">
              <span className="commit-message">{entry.message ?? entry.summary}</span>
              <span className="commit-facts">
                {entry.author} · <TimeAgo date={entry.timestamp} />
                {entry.type !== "transaction" && ` · ${kindName(entry.type)}`}
                {entry.mergedFrom && ` of ${entry.mergedFrom.branch ?? "a deleted branch"}`}
                {entry.restoredScn !== undefined && ` to ${entry.restoredScn}`}
                {entry.branch !== branch && ` · on ${entry.branch ?? "a deleted branch"}`}
                {entry.snapshots?.map(({ id, name }) => (
                  <span key={id} className="badge badge-accent">
                    <Tag size={11} aria-hidden="true" /> {name ?? "snapshot"}
                  </span>
                ))}
              </span>
            </span>
            <ChangeCounts {...totalOf(entry.tables)} />
            <code className="commit-scn">{entry.scn}</code>
          </button>
        </li>
      ))}
    </ol>
  );
}
