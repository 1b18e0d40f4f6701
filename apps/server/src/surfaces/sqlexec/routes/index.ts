import type { DescribedOperation } from "../../../http/surface/described-operation.js";
import { sqlexecHealth } from "./health/health.operations.js";

export const OPERATIONS: readonly DescribedOperation[] = [sqlexecHealth];
