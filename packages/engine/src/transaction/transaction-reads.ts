import {
  HeliosError,
  type LastWrite,
  type QueryRequest,
  type QueryResult,
  type TransactionOperation,
} from "@heliosdb/port";
import type { Commit } from "../meta/commits.js";
import { describeStatement } from "../query/describe-statement.js";
import { jsonOf, jsonPageOf } from "../query/json-result.js";
import { decodePageCursor, invalidPageCursor } from "../query/page-cursor.js";
import { QueryRunner } from "../query/query.js";
import { hasAsOfTables } from "../query/query-as-of.js";
import { readTable } from "../query/read-table.js";
import type { Epoch } from "../schema/model.js";
import { withStringLiterals } from "../sql/double-quoted.js";
import { foldName } from "../sql/names.js";
import type { ParsedStatement } from "../sql/statement.js";
import { ResultSize } from "../values/result-size.js";
import type { PointInTimeView } from "../view/point-in-time-views.js";
import type { BranchFile } from "../write/branch-file.js";
import { tellLastWrite } from "../write/last-write.js";

type ReadOperation = Extract<
  TransactionOperation,
  { op: "describe" | "query" | "queryJson" | "readTable" | "readTableJson" }
>;

/** Reads of an open transaction: on the writer's connection, so that they see what it has written. */
export class TransactionReads {
  private epoch: Epoch | null = null;
  private queries = new QueryRunner();

  constructor(
    private readonly file: BranchFile,
    private readonly base: Commit,
    private readonly last: LastWrite,
  ) {}

  run(operation: ReadOperation): unknown {
    if (this.epoch !== this.file.epoch) {
      // What is prepared is kept by the epoch's SCN, and one transaction may change the schema several times.
      this.epoch = this.file.epoch;
      this.queries = new QueryRunner();
    }
    return new ResultSize(this.file.maxAnswerBytes).count(() => this.dispatch(operation));
  }

  private dispatch(operation: ReadOperation): unknown {
    switch (operation.op) {
      case "describe":
        return describeStatement(operation.request, this.file, null);
      case "query":
        return this.query(operation.request);
      case "queryJson":
        return jsonOf(this.query(operation.request), operation.request.rows);
      case "readTable":
        return this.table(operation.request);
      case "readTableJson":
        return jsonPageOf(this.table(operation.request), operation.request.rows);
    }
  }

  private query(request: QueryRequest): QueryResult {
    refusePoint(request);
    const sql = request.doubleQuotedStrings ? this.quoted(request) : request.sql;
    const parsed = this.queries.parse(sql);
    if (hasAsOfTables(parsed)) {
      throw new HeliosError(
        "SQL_NOT_ALLOWED",
        "AS OF can't be used in a transaction that writes. Query the past outside the transaction.",
      );
    }
    refuseTemporary(parsed);
    const told = tellLastWrite(parsed, request.lastWrite ?? this.last);
    return this.queries.run(this.state(), { parsed: told }, request);
  }

  private quoted(request: QueryRequest): string {
    const isExplain = /^\s*explain\b/i.test(request.sql);
    return withStringLiterals(request.sql, {
      compile: (sql) => this.query({ ...plain(request), sql: isExplain ? sql : `EXPLAIN ${sql}`, maxRows: 1 }),
    });
  }

  private table(request: Extract<ReadOperation, { op: "readTable" }>["request"]) {
    refusePoint(request);
    const cursor = request.cursor === undefined ? null : decodePageCursor(request.cursor);
    if (cursor && cursor.scn !== this.base.scn) {
      throw invalidPageCursor("The cursor was not given by this transaction. Start again without a cursor.");
    }
    return readTable(this.queries, this.state(), request, this.file.internal, cursor);
  }

  private state(): PointInTimeView {
    const { db, epoch, internal } = this.file;
    return { db, epoch, commit: this.base, file: internal, past: null };
  }
}

function plain({ doubleQuotedStrings: _, ...request }: QueryRequest): QueryRequest {
  return request;
}

function refusePoint({ at }: Pick<QueryRequest, "at">): void {
  if (at === undefined || at.kind === "now") return;
  throw new HeliosError(
    "FIELD_CONFLICT",
    "A transaction that writes reads its own state. Read other points in time outside the transaction.",
  );
}

/** On this connection, the temporary schema is the engine's. */
function refuseTemporary({ references }: ParsedStatement): void {
  const names = ["sqlite_temp_schema", "sqlite_temp_master"];
  if (!references.tables.some(({ name }) => names.includes(foldName(name)))) return;
  throw new HeliosError("SQL_NOT_ALLOWED", "This statement is not allowed: there are no temporary objects.");
}
