import type { Identity } from "@heliosdb/client";

/** What the console offers; the server checks each request again. */
export interface Rights {
  readonly writes: boolean;
  readonly merges: boolean;
  readonly administers: boolean;
  /** Is the server's own key: tenants and backups are for nobody else. */
  readonly operates: boolean;
  readonly sql: boolean;
  /** Commits, and the graph that is drawn of them. */
  readonly history: boolean;
}

/** The key that the server makes at its first start, or was started with. */
const SERVER_KEY = "k_admin";

type Known = Pick<Identity, "scopes" | "tables" | "method" | "keyId">;

export function rightsOf({ scopes, tables, method, keyId }: Known): Rights {
  // A key that is limited to tables reads and writes their rows one by one; all else concerns whole branches.
  const isWhole = tables === null;
  const administers = isWhole && scopes.includes("admin");
  const writes = isWhole && (administers || scopes.includes("write"));
  const merges = writes || (isWhole && scopes.includes("merge"));
  // A token that the key was exchanged for is an administrator's, and no more.
  const operates = administers && (method === "none" || (method === "api_key" && keyId === SERVER_KEY));
  return { writes, merges, administers, operates, sql: isWhole, history: isWhole };
}
