import type { Branch } from "@heliosdb/client";
import type { Field } from "../../output/writer.js";

/** Fields of a branch in a list. */
export const SHORT: readonly Field<Branch>[] = [
  { heading: "name", value: (branch) => branch.name },
  { heading: "parent", value: (branch) => branch.parent },
  { heading: "state", value: (branch) => branch.state },
  { heading: "rows", value: (branch) => branch.stats.rows },
  { heading: "scn", value: (branch) => branch.scn },
  { heading: "updated", value: (branch) => branch.updatedAt },
];

/** Fields of a deleted branch, which is undeleted by its id. */
export const DELETED: readonly Field<Branch>[] = [
  { heading: "id", value: (branch) => branch.id },
  { heading: "name", value: (branch) => branch.name },
  { heading: "rows", value: (branch) => branch.stats.rows },
  { heading: "scn", value: (branch) => branch.scn },
  { heading: "deleted", value: (branch) => branch.deletedAt ?? null },
];

/** Fields of a single branch. */
export const FULL: readonly Field<Branch>[] = [
  { heading: "id", value: (branch) => branch.id },
  ...SHORT,
  { heading: "created", value: (branch) => branch.createdAt },
  { heading: "forked at", value: (branch) => branch.forkedAt },
  { heading: "display name", value: (branch) => branch.displayName },
  { heading: "metadata", value: (branch) => JSON.stringify(branch.metadata) },
  { heading: "expires", value: (branch) => branch.expiresAt },
  { heading: "protected", value: (branch) => branch.isProtected },
  { heading: "read only", value: (branch) => branch.readOnly },
  { heading: "bytes", value: (branch) => branch.stats.sizeBytes },
];

/** Details that take longer to compute. */
export const DETAILS: readonly Field<Branch>[] = [
  { heading: "data bytes", value: (branch) => branch.details?.dataBytes },
  { heading: "history bytes", value: (branch) => branch.details?.historyBytes },
  { heading: "inserts", value: (branch) => branch.details?.changes?.inserts },
  { heading: "updates", value: (branch) => branch.details?.changes?.updates },
  { heading: "deletes", value: (branch) => branch.details?.changes?.deletes },
  { heading: "commits ahead", value: (branch) => branch.details?.divergence?.commitsAhead },
  { heading: "commits behind", value: (branch) => branch.details?.divergence?.commitsBehind },
];
