import { COMMIT_KINDS, type CommitKind } from "@heliosdb/port";

/** Kinds of commits in the words of both documents. */
export const COMMIT_TYPES = {
  write: "transaction",
  ddl: "schema",
  merge: "merge",
  restore: "restore",
  reset: "reset",
  import: "import",
  init: "init",
} as const satisfies Record<CommitKind, string>;

export const COMMIT_KINDS_BY_TYPE: { readonly [type: string]: CommitKind } = Object.fromEntries(
  COMMIT_KINDS.map((kind) => [COMMIT_TYPES[kind], kind]),
);
