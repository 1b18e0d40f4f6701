import type { ApiKey, User } from "@heliosdb/client";
import { TimeAgo } from "../../parts/time-ago.js";
import { keysOf } from "./keys-of.js";

interface UserTableProps {
  readonly users: readonly User[];
  readonly keys: readonly ApiKey[] | undefined;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

export function UserTable({ users, keys, chosen, onChoose }: UserTableProps) {
  return (
    <div className="card table-card">
      <table className="table">
        <thead>
          <tr>
            <th>User</th>
            <th>Role</th>
            <th className="number wide-only">Keys</th>
            <th>Changed</th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr
              key={user.id}
              className={user.id === chosen ? "row-chosen" : undefined}
              onClick={() => onChoose(user.id)}
            >
              <td className="cell-name">
                <button
                  type="button"
                  className="link name-link"
                  aria-pressed={user.id === chosen}
                  onClick={() => onChoose(user.id)}
                >
                  {user.name}
                </button>
                <code className="cell-sub">{user.id}</code>
              </td>
              <td className="nowrap">
                <RoleBadges user={user} />
              </td>
              <td className="number wide-only">{keys ? keysOf(user.id, keys).length : ""}</td>
              <td className="nowrap">
                <TimeAgo date={user.updatedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function RoleBadges({ user: { role, disabled } }: { readonly user: User }) {
  return (
    <span className="chips">
      <span className={role === "admin" ? "badge badge-accent" : "badge"}>{role}</span>
      {disabled && <span className="badge badge-bad">disabled</span>}
    </span>
  );
}
