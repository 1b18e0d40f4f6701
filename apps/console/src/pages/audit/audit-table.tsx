import type { AuditEntry } from "@heliosdb/client";
import { shortTime } from "../../util/time.js";

interface AuditTableProps {
  readonly entries: readonly AuditEntry[];
  readonly chosen: number | undefined;
  readonly onChoose: (id: number) => void;
}

export function AuditTable({ entries, chosen, onChoose }: AuditTableProps) {
  return (
    <div className="card table-card">
      <table className="table">
        <thead>
          <tr>
            <th>Operation</th>
            <th className="wide-only whole-only">On</th>
            <th className="wide-only">User</th>
            <th className="wide-only whole-only">Key</th>
            <th className="number wide-only whole-only">Commit</th>
            <th>Outcome</th>
            <th className="wide-only">Time</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr
              key={entry.id}
              className={entry.id === chosen ? "row-chosen" : undefined}
              onClick={() => onChoose(entry.id)}
            >
              <td className="cell-name">
                <button
                  type="button"
                  className="link mono name-link name-small"
                  aria-pressed={entry.id === chosen}
                  onClick={() => onChoose(entry.id)}
                >
                  {entry.operation}
                </button>
                <span className="cell-sub narrow-only">
                  {entry.userId}, {shortTime(entry.time)}
                </span>
              </td>
              <td className="wide-only whole-only">
                <Target entry={entry} />
              </td>
              <td className="wide-only">
                <span className="cell-clip" title={entry.userId}>
                  {entry.userId}
                </span>
              </td>
              <td className="wide-only whole-only mono soft">
                <span className="cell-clip">{entry.keyId}</span>
              </td>
              <td className="number wide-only whole-only mono soft">{entry.scn}</td>
              <td>
                <OutcomeBadge entry={entry} />
              </td>
              <td className="wide-only audit-when">
                <time dateTime={entry.time.toISOString()}>{shortTime(entry.time)}</time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function OutcomeBadge({ entry: { code, replayed } }: { readonly entry: AuditEntry }) {
  if (code !== null) return <span className="badge badge-bad badge-code">{code}</span>;
  return <span className="badge badge-good">{replayed ? "done before" : "done"}</span>;
}

function Target({ entry: { branch, object } }: { readonly entry: AuditEntry }) {
  const parts = [branch, object].filter((part) => part !== null);
  return (
    <span className="cell-clip" title={parts.join(" · ")}>
      {parts.join(" · ")}
    </span>
  );
}
