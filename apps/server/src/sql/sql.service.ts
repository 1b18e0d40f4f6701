import type {
  ExecuteRequest,
  JsonQueryRequest,
  JsonQueryResult,
  JsonRowStream,
  JsonStreamRequest,
  QueryRequest,
  QueryResult,
} from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { type Caller, type Unauthored, withAuthor } from "../auth/caller.js";
import { branchName } from "../branches/branch-name.js";
import type { Executed } from "./executed.js";
import { jsonLines } from "./json-lines.js";

/** Runs SQL. Surfaces limit rows and time of their requests by SqlLimits. */
@Injectable()
export class SqlService {
  query({ database, cancellation }: Caller, request: QueryRequest): Promise<QueryResult> {
    return database.query(request, cancellation);
  }

  /** The rows as JSON text, which nobody between the engine and the client parses. */
  queryJson({ database, cancellation }: Caller, request: JsonQueryRequest): Promise<JsonQueryResult> {
    return database.queryJson(request, cancellation);
  }

  /** The rows as they are read, without a limit; aborting the signal stops the query. */
  async stream({ database }: Caller, request: JsonStreamRequest, signal: AbortSignal): Promise<JsonRowStream> {
    if (database.streamJson) return database.streamJson(request, signal);
    const { rows: form, ...query } = request;
    return jsonLines(await database.streamQuery(query, signal), form);
  }

  /** Executes all statements or none, as one commit. */
  async execute(caller: Caller, request: Unauthored<ExecuteRequest>): Promise<Executed> {
    const { database } = caller;
    const result = await database.execute(withAuthor(caller, request), caller.cancellation);
    return { branch: await branchName(database, request.branch), result };
  }
}
