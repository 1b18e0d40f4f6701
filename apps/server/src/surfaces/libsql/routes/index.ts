import type { DescribedOperation } from "../../../http/surface/described-operation.js";
import { libsqlCursor, libsqlPipeline, libsqlPipeline3 } from "./pipeline/pipeline.operations.js";
import { libsqlHealth, libsqlServerVersion, libsqlVersion2, libsqlVersion3 } from "./status/status.operations.js";

export const OPERATIONS: readonly DescribedOperation[] = [
  libsqlPipeline,
  libsqlPipeline3,
  libsqlCursor,
  libsqlVersion2,
  libsqlVersion3,
  libsqlHealth,
  libsqlServerVersion,
] as readonly DescribedOperation[];
