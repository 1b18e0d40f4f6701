import type { Identity } from "@heliosdb/client";

/** What the console offers; the server checks each request again. */
export interface Rights {
  readonly writes: boolean;
  readonly merges: boolean;
  readonly administers: boolean;
  readonly sql: boolean;
  /** Commits, and the graph that is drawn of them. */
  readonly history: boolean;
}

export function rightsOf({ scopes, tables }: Pick<Identity, "scopes" | "tables">): Rights {
  // A key that is limited to tables reads and writes their rows one by one; all else concerns whole branches.
  const isWhole = tables === null;
  const administers = isWhole && scopes.includes("admin");
  const writes = isWhole && (administers || scopes.includes("write"));
  const merges = writes || (isWhole && scopes.includes("merge"));
  return { writes, merges, administers, sql: isWhole, history: isWhole };
}
