import type { ApiKey, Scope } from "@heliosdb/client";
import { counted } from "../../util/text.js";
import { keyState } from "./key-state.js";

const LOOKS = { active: "badge badge-good", ending: "badge badge-warn", expired: "badge", revoked: "badge badge-bad" };
const WORDS = { active: "active", ending: "ends soon", expired: "expired", revoked: "revoked" };

export function KeyStateBadge({ value }: { readonly value: Pick<ApiKey, "expiresAt" | "revokedAt"> }) {
  const state = keyState(value);
  return <span className={LOOKS[state]}>{WORDS[state]}</span>;
}

export function ScopeBadges({ scopes }: { readonly scopes: readonly Scope[] }) {
  return (
    <span className="chips">
      {scopes.map((scope) => (
        <span key={scope} className={scope === "admin" ? "badge badge-accent" : "badge"}>
          {scope}
        </span>
      ))}
    </span>
  );
}

/** In short: `feature-*`, `3 tables`. */
export function limitText({ branches, tables }: Pick<ApiKey, "branches" | "tables">): string {
  const some = (names: readonly string[] | null, what: string, many = `${what}s`) => {
    if (names === null) return [];
    return names.length === 1 ? [`${what} ${names[0]}`] : [counted(names.length, what, many)];
  };
  const parts = [...some(branches, "branch", "branches"), ...some(tables, "table")];
  return parts.length === 0 ? "Everything" : parts.join(", ");
}
