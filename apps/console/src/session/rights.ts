import type { Identity } from "@heliosdb/client";

/** What the console offers; the server checks each request again. */
export interface Rights {
  readonly writes: boolean;
  readonly merges: boolean;
  readonly administers: boolean;
  /** SQL and transactions are not for keys that are limited to tables. */
  readonly sql: boolean;
}

export function rightsOf({ scopes, tables }: Pick<Identity, "scopes" | "tables">): Rights {
  const administers = scopes.includes("admin");
  const writes = administers || scopes.includes("write");
  return { writes, merges: writes || scopes.includes("merge"), administers, sql: tables === null };
}
