import type { ControlOperation, ReadOperation, WriteOperation } from "@heliosdb/engine";
import {
  type AnyOperation,
  type BranchInfo,
  type DatabasePort,
  type ExportedFile,
  type ExportRequest,
  type ImportRequest,
  type JsonRowStream,
  type JsonStreamRequest,
  type Methods,
  OPERATIONS,
  type OperationTable,
  type RowStream,
  type StreamRequest,
} from "@heliosdb/port";

/** Where a database's requests go. */
export interface Runner {
  read(operation: ReadOperation, deadlineMs: number | undefined): Promise<unknown>;
  write(operation: WriteOperation | ControlOperation, deadlineMs: number | undefined): Promise<unknown>;
  streamQuery(request: StreamRequest, signal: AbortSignal | undefined): Promise<RowStream>;
  streamJson(request: JsonStreamRequest, signal: AbortSignal | undefined): Promise<JsonRowStream>;
  exportFile(request: ExportRequest): Promise<ExportedFile>;
  importFile(request: ImportRequest, bytes: AsyncIterable<Uint8Array>): Promise<BranchInfo>;
  readonly maxRows: number;
}

/** One database as the server sees it: each method names its request and passes it on. */
export function hostedDatabase(runner: Runner): DatabasePort {
  return {
    ...methodsOf(OPERATIONS, runner),
    streamQuery: (request, signal) => runner.streamQuery(request, signal),
    streamJson: (request, signal) => runner.streamJson(request, signal),
    exportFile: (request) => runner.exportFile(request),
    importFile: (request, bytes) => runner.importFile(request, bytes),
  };
}

/** A method for each operation of a table. */
export function methodsOf<T extends OperationTable>(
  operations: T,
  runner: Pick<Runner, "read" | "write" | "maxRows">,
): Methods<T> {
  const methods = Object.entries(operations).map(([op, operation]) => [op, methodOf(op, operation, runner)]);
  return Object.fromEntries(methods) as Methods<T>;
}

interface Deadlined {
  readonly deadlineMs?: number;
}

function methodOf(
  op: string,
  { kind, capped }: AnyOperation,
  runner: Pick<Runner, "read" | "write" | "maxRows">,
): (request: Deadlined) => Promise<unknown> {
  return (request) => {
    const operation = { op, request: capped ? capped(request, runner.maxRows) : request };
    if (kind === "read") return runner.read(operation as ReadOperation, request.deadlineMs);
    return runner.write(operation as WriteOperation | ControlOperation, request.deadlineMs);
  };
}
