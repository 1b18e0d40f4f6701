import type { DescribedOperation } from "../../../http/surface/described-operation.js";
import { sqlexecHealth } from "./health/health.operations.js";
import { sqlexecQuery } from "./query/query.operations.js";

export const OPERATIONS: readonly DescribedOperation[] = [sqlexecHealth, sqlexecQuery as DescribedOperation];
