import type { CommitType } from "@heliosdb/client";

/** What each type of commit is called. */
export const KINDS: { readonly [K in CommitType]: string } = {
  transaction: "changes",
  schema: "schema",
  merge: "merge",
  restore: "restore",
  reset: "reset",
  import: "import",
  init: "beginning",
};

export function kindName(type: CommitType): string {
  return KINDS[type];
}
