import { type BindValue, HeliosError, type StatementResult, type WriteContext } from "@heliosdb/port";
import type { WriteOperation, WriteResults } from "../api.js";
import { DEFAULT_MAX_ROWS } from "../read/query.js";
import { readRows, rowStatement } from "../read/run-query.js";
import type { TableDef } from "../schema/model.js";
import { hasAsOf } from "../sql/as-of.js";
import { bindParameters } from "../sql/parameters.js";
import type { ParsedStatement } from "../sql/statement.js";
import { toHeliosError } from "../sqlite-error.js";
import type { BranchFile } from "./branch-file.js";
import { runDdl } from "./ddl.js";
import { deletion, insertion, update } from "./row-operations.js";

/** What a commit still lacks when the operation has run: its own part of the result. */
export type OwnResult<O extends WriteOperation["op"]> = Omit<WriteResults[O], "scn" | "timestamp" | "changed">;

/** An operation made ready outside the transaction: parsed, and its tables hooked. */
export interface PlannedWrite {
  readonly context: WriteContext;
  /** Must have a transaction of its own. */
  readonly alone: boolean;
  /** Uids of the tables that it may have written; complete once it has run. */
  readonly touched: Set<string>;
  readonly isDdl: boolean;
  /** Runs it inside the transaction; `statements` collects lines for the history. */
  run(scn: number, statements: string[]): object;
}

/** Throws HeliosError where the operation can't be run at all. */
export function planWrite(file: BranchFile, operation: WriteOperation): PlannedWrite {
  switch (operation.op) {
    case "execute":
      return planExecute(file, operation.request);
    case "insertRows":
      return insertion(file, operation.request);
    case "updateRows":
      return update(file, operation.request);
    case "deleteRows":
      return deletion(file, operation.request);
  }
}

function planExecute(file: BranchFile, request: Extract<WriteOperation, { op: "execute" }>["request"]): PlannedWrite {
  const several = request.statements.length > 1;
  const parsed = request.statements.map((statement, index) => {
    try {
      const result = file.parse(statement.sql);
      if (result.kind === "query") {
        throw new HeliosError("NOT_A_STATEMENT", `${result.type} only reads: send it as a query.`);
      }
      if (hasAsOf(result.tokens)) {
        throw new HeliosError(
          "INVALID_SQL",
          "AS OF is for queries only, and this statement writes: it reads the present. Read the rows of then by a query and write what it gives, or restore the branch.",
        );
      }
      return { statement: result, params: statement.params ?? [] };
    } catch (error) {
      throw toHeliosError(error, several ? { statement_index: index } : {});
    }
  });
  const alone = parsed.some(({ statement }) => statement.kind !== "dml");
  const touched = new Set<string>();
  if (!alone) {
    parsed.forEach(({ statement, params }, index) => {
      try {
        for (const table of file.hookFor(statement, bindParameters(statement.parameters, params)))
          touched.add(table.uid);
      } catch (error) {
        throw toHeliosError(error, several ? { statement_index: index } : {});
      }
    });
  }
  return {
    context: request,
    alone,
    touched,
    isDdl: parsed.some(({ statement }) => statement.kind === "ddl"),
    run: (scn, statements) => ({
      results: parsed.map(({ statement, params }, index): StatementResult => {
        try {
          const result = runStatement(file, statement, params, scn, touched, request.maxRows ?? DEFAULT_MAX_ROWS);
          if (statement.kind === "ddl") statements.push(summarise(statement));
          else if (result.affectedRows > 0) statements.push(`${summarise(statement)} (${result.affectedRows} rows)`);
          return result;
        } catch (error) {
          throw toHeliosError(error, several ? { statement_index: index } : {});
        }
      }),
    }),
  };
}

function runStatement(
  file: BranchFile,
  statement: ParsedStatement,
  params: readonly BindValue[],
  scn: number,
  touched: Set<string>,
  maxRows: number,
): StatementResult {
  const bound = bindParameters(statement.parameters, params);
  if (statement.kind === "maintenance") {
    file.db.prepare(statement.sql).run(bound);
    return { statementType: statement.type, affectedRows: 0 };
  }
  if (statement.kind === "ddl") {
    runDdl(file, statement, bound, scn, touched);
    return { statementType: statement.type, affectedRows: 0 };
  }
  for (const table of file.hookFor(statement, bound)) touched.add(table.uid);
  file.announce(statement);
  const prepared = file.prepare(statement.sql);
  if (prepared.reader) {
    const rows = readRows(rowStatement(prepared), bound, Number.POSITIVE_INFINITY);
    const kept = rows.rows.slice(0, maxRows);
    const returning = {
      columns: rows.columns,
      columnTypes: rows.columnTypes,
      rows: kept,
      truncated: kept.length < rows.rows.length,
    };
    return { statementType: statement.type, affectedRows: rows.rows.length, returning };
  }
  const { changes } = prepared.run(bound);
  return { statementType: statement.type, affectedRows: changes };
}

/** The beginning of a statement, as the history shows it: what it does and to what. */
function summarise(statement: ParsedStatement): string {
  const words = statement.tokens.slice(0, 12).map((token) => token.text);
  const end = words.findIndex((word, i) => i > 0 && /^(\(|SET|VALUES|WHERE|SELECT|AS|DEFAULT)$/i.test(word));
  return words
    .slice(0, end < 0 ? 6 : end)
    .join(" ")
    .slice(0, 120);
}

/** Tables of the schema as it is now, by uid; those dropped meanwhile are left out. */
export function tablesByUid(file: BranchFile, uids: ReadonlySet<string>): TableDef[] {
  return file.epoch.tables.filter((table) => uids.has(table.uid));
}
