import type { FailpointName } from "../../../src/util/failpoint.js";

/** Steps at which the making of a database can be cut short. */
export const CREATION: readonly FailpointName[] = ["create.made", "create.renamed"];
