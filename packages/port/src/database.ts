import type { BranchInfo } from "./branches.js";
import type { ExportedFile, ExportRequest, ImportRequest } from "./files.js";
import type { Declaration, Methods } from "./operation.js";
import { OPERATIONS, type Operations } from "./operations.js";
import type { JsonRowStream, JsonStreamRequest, RowStream, StreamRequest } from "./stream.js";
import type { ExecuteEachRequest, StatementOutcome } from "./writes.js";

/**
 * The asynchronous interface between a server and a versioned database: every operation of `OPERATIONS` as a method, and
 * what hands on more than fits one message. Every method rejects with HeliosError only. An acknowledged write is
 * durable; a request that reached its deadline left no effect.
 */
export interface DatabasePort extends Methods<Operations> {
  /**
   * Resolves once the first rows are there, so that what fails before them rejects. The deadline is for the work: it
   * ends when the last row has been read. Aborting the signal stops the work (QUERY_TIMEOUT). Rejects with OVERLOADED
   * where too many streams are under way.
   */
  streamQuery(request: StreamRequest, signal?: AbortSignal): Promise<RowStream>;
  /**
   * The same rows as JSON text, made where they are read: most of what a stream costs its reader otherwise is to read
   * each row and write it again. Not every database has it (`jsonStreams` of the capabilities).
   */
  streamJson?(request: JsonStreamRequest, signal?: AbortSignal): Promise<JsonRowStream>;

  /** One outcome for each statement, in their order. Rejects only where none was run. */
  executeEach(request: ExecuteEachRequest): Promise<readonly StatementOutcome[]>;

  exportFile(request: ExportRequest): Promise<ExportedFile>;
  /** Takes the file's bytes to their end first. What these throw is thrown on, and nothing is left of the file. */
  importFile(request: ImportRequest, bytes: AsyncIterable<Uint8Array>): Promise<BranchInfo>;
}

/** The declarations of the methods that are more than one message there and back. */
export const COMPOSITE_OPERATIONS: {
  readonly streamQuery: Declaration<StreamRequest>;
  readonly streamJson: Declaration<JsonStreamRequest>;
  readonly executeEach: Declaration<ExecuteEachRequest>;
  readonly exportFile: Declaration<ExportRequest>;
  readonly importFile: Declaration<ImportRequest>;
} = {
  streamQuery: { branches: OPERATIONS.query.branches, tables: OPERATIONS.query.tables },
  streamJson: { branches: OPERATIONS.query.branches, tables: OPERATIONS.query.tables },
  executeEach: { branches: OPERATIONS.execute.branches, tables: OPERATIONS.execute.tables },
  exportFile: { branches: ({ branch }) => [branch], tables: { mayNot: "download branches" } },
  importFile: {
    branches: ({ from }) => (from ? [from.branch] : []),
    newNames: ({ name }) => [name],
    tables: { mayNot: "upload branches" },
  },
};
