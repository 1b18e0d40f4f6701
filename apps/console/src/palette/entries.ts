import type { Branch, Table } from "@heliosdb/client";
import type { NavigateOptions } from "@tanstack/react-router";
import type { Rights } from "../session/rights.js";
import { counted } from "../util/text.js";

export interface Entry {
  readonly key: string;
  readonly kind: "Page" | "Table" | "Branch" | "Action";
  readonly label: string;
  readonly detail?: string;
  readonly go: NavigateOptions | "sign-out";
}

interface Known {
  /** The one that the pages are about. */
  readonly branch: string;
  readonly branches: readonly Branch[];
  /** Of that branch. */
  readonly tables: readonly Table[];
  readonly rights: Rights;
  readonly canSignOut: boolean;
}

/** All that can be gone to, the nearest first. */
export function paletteEntries({ branch, branches, tables, rights, canSignOut }: Known): readonly Entry[] {
  const page = (label: string, go: NavigateOptions, offered = true): readonly Entry[] =>
    offered ? [{ key: `page ${label}`, kind: "Page", label, go }] : [];
  const params = { branch };
  return [
    ...page("Branches", { to: "/branches" }),
    ...page(`Data of ${branch}`, { to: "/branch/$branch/data", params }),
    ...page(`SQL on ${branch}`, { to: "/branch/$branch/sql", params }, rights.sql),
    ...page(`History of ${branch}`, { to: "/branch/$branch/history", params }, rights.history),
    ...page("Compare", { to: "/compare", search: { to: branch } }),
    ...page(`Merge ${branch}`, { to: "/merge", search: { source: branch } }, rights.merges),
    ...page("Import a file", { to: "/import", search: { branch } }, rights.writes),
    ...page("Keys", { to: "/keys" }, rights.administers),
    ...page("Users", { to: "/users" }, rights.administers),
    ...page("Tenants", { to: "/tenants" }, rights.operates),
    ...page("Webhooks", { to: "/webhooks" }, rights.administers),
    ...page("Audit", { to: "/audit" }, rights.administers),
    ...page("Server", { to: "/server" }, rights.administers),
    ...tables.map(
      (table): Entry => ({
        key: `table ${table.name}`,
        kind: "Table",
        label: table.name,
        detail: counted(table.rowCount, "row"),
        go: { to: "/branch/$branch/data", params, search: { table: table.name } },
      }),
    ),
    ...branches.map(
      ({ id, name, displayName }): Entry => ({
        key: `branch ${id}`,
        kind: "Branch",
        label: name,
        ...(displayName !== null && { detail: displayName }),
        go: { to: "/branch/$branch/data", params: { branch: name } },
      }),
    ),
    ...(canSignOut ? [{ key: "sign out", kind: "Action", label: "Sign out", go: "sign-out" } as const] : []),
  ];
}
