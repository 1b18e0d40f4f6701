import type { ControlOperation, ReadOperation, WriteOperation } from "@heliosdb/engine";
import {
  type AnyOperation,
  type BranchInfo,
  type Cancellation,
  type DatabasePort,
  type ExecuteEachRequest,
  type ExecuteResult,
  type ExportedFile,
  type ExportRequest,
  HeliosError,
  type ImportRequest,
  type JsonRowStream,
  type JsonStreamRequest,
  type Methods,
  OPERATIONS,
  type OperationTable,
  type RowStream,
  type Statement,
  type StatementOutcome,
  type StreamRequest,
} from "@heliosdb/port";

import type { TransactionMethods } from "../transactions/transactions.js";

/** Where a database's requests are sent. */
export interface Runner {
  read(operation: ReadOperation, deadlineMs: number | undefined, cancellation?: Cancellation): Promise<unknown>;
  write(
    operation: WriteOperation | ControlOperation,
    deadlineMs: number | undefined,
    cancellation?: Cancellation,
  ): Promise<unknown>;
  streamQuery(request: StreamRequest, signal: AbortSignal | undefined): Promise<RowStream>;
  streamJson(request: JsonStreamRequest, signal: AbortSignal | undefined): Promise<JsonRowStream>;
  exportFile(request: ExportRequest): Promise<ExportedFile>;
  importFile(request: ImportRequest, bytes: AsyncIterable<Uint8Array>): Promise<BranchInfo>;
  readonly transactions: TransactionMethods;
  readonly maxRows: number;
}

/** One database as the server sees it: each method sends its request on. */
export function hostedDatabase(runner: Runner): DatabasePort {
  return {
    ...methodsOf(OPERATIONS, runner),
    streamQuery: (request, signal) => runner.streamQuery(request, signal),
    streamJson: (request, signal) => runner.streamJson(request, signal),
    ...runner.transactions,
    executeEach: (request, cancellation) => executeEach(runner, request, cancellation),
    exportFile: (request) => runner.exportFile(request),
    importFile: (request, bytes) => runner.importFile(request, bytes),
  };
}

/** Statements that are queued at a time: together they form a group, and must not fill the queue. */
const AT_ONCE = 64;

async function executeEach(
  runner: Runner,
  { statements, requestId, ...request }: ExecuteEachRequest,
  cancellation: Cancellation | undefined,
): Promise<readonly StatementOutcome[]> {
  const maxRows = Math.min(request.maxRows ?? runner.maxRows, runner.maxRows);
  const run = async (statement: Statement, index: number): Promise<StatementOutcome> => {
    const own = requestId === undefined ? {} : { requestId: `${requestId}/${index}` };
    const operation = { op: "execute", request: { ...request, ...own, maxRows, statements: [statement] } } as const;
    try {
      const { results, ...commit } = (await runner.write(operation, request.deadlineMs, cancellation)) as ExecuteResult;
      return { ok: true, commit, result: results[0]! };
    } catch (error) {
      if (error instanceof HeliosError) return { ok: false, error };
      throw error;
    }
  };
  const outcomes: StatementOutcome[] = [];
  for (let from = 0; from < statements.length; from += AT_ONCE) {
    const some = statements.slice(from, from + AT_ONCE);
    outcomes.push(...(await Promise.all(some.map((statement, i) => run(statement, from + i)))));
  }
  return outcomes;
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
): (request: Deadlined, cancellation?: Cancellation) => Promise<unknown> {
  return (request, cancellation) => {
    const operation = { op, request: capped ? capped(request, runner.maxRows) : request };
    if (kind === "read") return runner.read(operation as ReadOperation, request.deadlineMs, cancellation);
    return runner.write(operation as WriteOperation | ControlOperation, request.deadlineMs, cancellation);
  };
}
