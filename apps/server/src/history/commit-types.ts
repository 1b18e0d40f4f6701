import { COMMIT_KINDS, type CommitKind } from "@heliosdb/port";
import { COMMIT_TYPES } from "../surfaces/v1/presenters/shared/history.js";

/** Kinds of commits by the words that answers have for them. */
export const COMMIT_KINDS_BY_TYPE: { readonly [type: string]: CommitKind } = Object.fromEntries(
  COMMIT_KINDS.map((kind) => [COMMIT_TYPES[kind], kind]),
);
