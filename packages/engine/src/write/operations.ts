import { HeliosError, type LastWrite, type Parameters, type StatementResult } from "@heliosdb/port";
import type { WriteOperation } from "../api/api.js";
import { toHeliosError } from "../file/sqlite-error.js";
import { DEFAULT_MAX_ROWS } from "../query/query.js";
import { readRows, rowStatement, writeRows } from "../query/run-query.js";
import { hideOwn } from "../schema/hide-own.js";
import { findTable, type TableDef } from "../schema/model.js";
import { ident } from "../sql/names.js";
import { type ParsedStatement, parseStatement } from "../sql/statement.js";
import { isSymbol, isWord } from "../sql/tokenize.js";
import { bindParameters } from "../values/parameters.js";
import { rebuildFor } from "./alter-column.js";
import { parseBatch, SUMMARISED } from "./batch.js";
import type { BranchFile } from "./branch-file.js";
import { runDdl } from "./ddl.js";
import { checkBatch } from "./foreign-key-check.js";
import { noLastWrite, noteWrite, tellsOfLastWrite, withLastWrite } from "./last-write.js";
import type { PlannedWrite } from "./planned-write.js";
import { withQuotedStrings } from "./quoted-strings.js";
import { deletion, insertion, update } from "./row-operations.js";
import { TemporaryTables } from "./temporary-tables.js";

/**
 * Throws HeliosError if the operation can't be run at all. `last` is what earlier statements of its transaction wrote; it
 * is brought up to date when it runs.
 */
export function planWrite(file: BranchFile, operation: WriteOperation, last = noLastWrite()): PlannedWrite {
  switch (operation.op) {
    case "execute":
      return planExecute(file, operation.request, last);
    case "insertRows":
      return insertion(file, operation.request);
    case "updateRows":
      return update(file, operation.request);
    case "deleteRows":
      return deletion(file, operation.request);
  }
}

function planExecute(
  file: BranchFile,
  request: Extract<WriteOperation, { op: "execute" }>["request"],
  last: LastWrite,
): PlannedWrite {
  const several = request.statements.length > 1;
  if (request.lastWrite) Object.assign(last, request.lastWrite);
  const { steps, foreignKeys } = parseBatch(file, request);
  const { doubleQuotedStrings = false } = request;
  const readable = (statement: ParsedStatement) =>
    doubleQuotedStrings ? withQuotedStrings(file, statement) : statement;
  const at = <T>(index: number, run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw toHeliosError(error, several ? { statement_index: index } : {});
    }
  };
  const alone =
    foreignKeys !== "at once" || steps.some((step) => step.kind !== "statement" || step.statement.kind !== "dml");
  const touched = new Set<string>();
  if (!alone) {
    steps.forEach((step, index) => {
      if (step.kind !== "statement") return;
      const { params } = step;
      const statement = readable(step.statement);
      const tables = at(index, () => file.hookFor(statement, bindParameters(statement.parameters, params)));
      for (const table of tables) touched.add(table.uid);
    });
  }
  const maxRows = request.maxRows ?? DEFAULT_MAX_ROWS;
  return {
    context: request,
    alone,
    foreignKeys,
    touched,
    isDdl: steps.some((step) => step.kind === "statement" && step.statement.kind === "ddl"),
    run: (scn, statements) => {
      const before = file.epoch;
      const temporary = new TemporaryTables(file.db);
      const results = steps.map(
        (step, index): StatementResult =>
          at(index, () => {
            if (step.kind === "check") checkBatch(file, before, touched);
            if (step.kind !== "statement") return { statementType: "PRAGMA", affectedRows: 0, lastInsertId: null };
            const { params } = step;
            const statement = withValues(readable(step.statement), last);
            const result = runStatement(file, statement, params, scn, touched, maxRows);
            if (statement.kind === "ddl") temporary.follow();
            if (step.temporary !== undefined) temporary.made(step.temporary);
            noteWrite(last, result);
            if (request.wholeRows && result.returning?.truncated) throw tooManyRows(maxRows);
            if (statement.kind === "ddl") statements.push(summarise(statement));
            else if (result.affectedRows > 0) statements.push(`${summarise(statement)} (${result.affectedRows} rows)`);
            return result;
          }),
      );
      for (const name of temporary.names) {
        const statement = file.parse(`DROP TABLE main.${ident(name)}`);
        runStatement(file, statement, [], scn, touched, maxRows);
      }
      if (foreignKeys === "off") checkBatch(file, before, touched);
      return { results };
    },
  };
}

/** Views, triggers and defaults keep the calls: they run later. The text of a table that is made of a query is its own. */
function withValues(statement: ParsedStatement, last: LastWrite): ParsedStatement {
  const runsNow = statement.kind === "dml" || statement.kind === "query" || isMadeOfQuery(statement);
  if (!runsNow || !tellsOfLastWrite(statement.references)) return statement;
  // What hides the engine's objects may have changed the text since it was parsed.
  const current = parseStatement(statement.sql, { ownNames: true });
  const sql = withLastWrite(current, last);
  return sql === current.sql ? statement : parseStatement(sql, { ownNames: true });
}

/** CREATE TABLE … AS SELECT: before a list of columns there is no AS. */
function isMadeOfQuery({ type, tokens }: ParsedStatement): boolean {
  return (
    type === "CREATE_TABLE" &&
    isWord(
      tokens.find((token) => isSymbol(token, "(") || isWord(token, "AS")),
      "AS",
    )
  );
}

function runStatement(
  file: BranchFile,
  statement: ParsedStatement,
  params: Parameters,
  scn: number,
  touched: Set<string>,
  maxRows: number,
): StatementResult {
  const bound = bindParameters(statement.parameters, params);
  if (statement.kind === "maintenance") {
    file.db.prepare(statement.sql).run(bound);
    return { statementType: statement.type, affectedRows: 0, lastInsertId: null };
  }
  const rebuild = rebuildFor(file, statement);
  if (rebuild) {
    for (const sql of rebuild) runStatement(file, file.parse(sql), [], scn, touched, maxRows);
    return { statementType: statement.type, affectedRows: 0, lastInsertId: null };
  }
  if (statement.kind === "ddl") {
    runDdl(file, statement, bound, scn, touched);
    return { statementType: statement.type, affectedRows: 0, lastInsertId: null };
  }
  if (statement.kind === "query") {
    const query = rowStatement(file.db.prepare(hideOwn(statement, file.epoch).sql));
    const returning = readRows(query, bound, maxRows);
    return { statementType: statement.type, affectedRows: 0, lastInsertId: null, returning };
  }
  for (const table of file.hookFor(statement, bound)) touched.add(table.uid);
  file.announce(statement);
  const prepared = file.prepare(statement.sql);
  if (prepared.reader) {
    const { returning, affected } = writeRows(rowStatement(prepared), bound, maxRows);
    const lastInsertId = affected > 0 ? insertedId(file, statement) : null;
    return { statementType: statement.type, affectedRows: affected, lastInsertId, returning };
  }
  const { changes } = prepared.run(bound);
  const lastInsertId = changes > 0 ? insertedId(file, statement) : null;
  return { statementType: statement.type, affectedRows: changes, lastInsertId };
}

function tooManyRows(maxRows: number): HeliosError {
  return new HeliosError(
    "RESULT_TOO_LARGE",
    `The statement returns more than ${maxRows} rows, and nothing was written. Write fewer rows at a time.`,
  );
}

/** If this INSERT assigned no rowid, SQLite reports that of an earlier one, which must not be returned. */
function insertedId(file: BranchFile, { type, references }: ParsedStatement): bigint | null {
  if (type !== "INSERT" && type !== "REPLACE") return null;
  const name = references.tables.find(({ role }) => role === "target")?.name;
  const table = name === undefined ? undefined : findTable(file.epoch, name);
  return !table || table.withoutRowid ? null : file.lastRowid();
}

/** The beginning of a statement, as the history shows it. */
function summarise(statement: ParsedStatement): string {
  const words = statement.tokens.slice(0, SUMMARISED).map((token) => token.text);
  const end = words.findIndex((word, i) => i > 0 && /^(\(|SET|VALUES|WHERE|SELECT|AS|DEFAULT)$/i.test(word));
  return words
    .slice(0, end < 0 ? 6 : end)
    .join(" ")
    .slice(0, 120);
}

/** Tables of the current schema, by uid; dropped ones are left out. */
export function tablesByUid(file: BranchFile, uids: ReadonlySet<string>): TableDef[] {
  return file.epoch.tables.filter((table) => uids.has(table.uid));
}
