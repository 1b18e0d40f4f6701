import type { ApiKey } from "@heliosdb/client";
import { TimeAgo } from "../../parts/time-ago.js";
import { KeyStateBadge, limitText, ScopeBadges } from "./key-badges.js";

interface KeyTableProps {
  readonly keys: readonly ApiKey[];
  readonly chosen: string | undefined;
  /** The one that the session is signed in with. */
  readonly own: string | null;
  readonly onChoose: (id: string) => void;
}

export function KeyTable({ keys, chosen, own, onChoose }: KeyTableProps) {
  return (
    <div className="card table-card">
      <table className="table">
        <thead>
          <tr>
            <th>Key</th>
            <th>Scopes</th>
            <th className="wide-only">Sees</th>
            <th className="wide-only">User</th>
            <th>Ends</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id} className={key.id === chosen ? "row-chosen" : undefined} onClick={() => onChoose(key.id)}>
              <td className="cell-name">
                <button
                  type="button"
                  className="link name-link"
                  aria-pressed={key.id === chosen}
                  onClick={() => onChoose(key.id)}
                >
                  {key.name}
                </button>
                {key.id === own && <span className="badge badge-accent badge-beside">this session</span>}
                <code className="cell-sub">{key.id}</code>
              </td>
              <td>
                <ScopeBadges scopes={key.scopes} />
              </td>
              <td className="wide-only cell-text">{limitText(key)}</td>
              <td className="wide-only cell-text">{key.userId}</td>
              <td className="nowrap">
                <KeyStateBadge value={key} />
                {key.revokedAt === null && (
                  <span className="cell-sub">{key.expiresAt ? <TimeAgo date={key.expiresAt} /> : "never"}</span>
                )}
                {key.revokedAt !== null && (
                  <span className="cell-sub">
                    <TimeAgo date={key.revokedAt} />
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
