import {
  type DeleteRowsRequest,
  HeliosError,
  type InsertRowsRequest,
  type UpdateRowsRequest,
  type Value,
} from "@heliosdb/port";
import { toHeliosError } from "../file/sqlite-error.js";
import { hideOwn } from "../schema/hide-own.js";
import { findTable, findView, type TableDef } from "../schema/model.js";
import { requiredWhereClause } from "../sql/filter.js";
import { ident, sameName } from "../sql/names.js";
import { parseStatement } from "../sql/statement.js";
import { toSqlite } from "../values/parameters.js";
import { counted, type SqliteValue } from "../values/sqlite-value.js";
import type { BranchFile } from "./branch-file.js";
import type { OwnResult, PlannedWrite } from "./planned-write.js";

/** A statement with its values. */
interface Step {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** How one row is written: the first step that returns a key has done it. */
interface RowPlan {
  /** Finds the row by its key and changes the given columns, if the key decides. */
  readonly update: Step | null;
  readonly insert: Step;
}

/** Writes rows one by one in one commit; rows with the same columns share a statement. */
export function insertion(file: BranchFile, request: InsertRowsRequest): PlannedWrite {
  const parts = [request, ...(request.also ?? [])].map(({ table: name, rows }) => {
    const table = writableTable(file, name);
    const plans = rows.map((row, index) => {
      checkColumns(table, Object.keys(row), { row_index: index });
      return planRow(table, row, request.onConflict);
    });
    return { table, plans };
  });
  const touched = new Set<string>();
  const steps = parts
    .flatMap(({ plans }) => plans)
    .flatMap((plan) => (plan.update ? [plan.update, plan.insert] : [plan.insert]));
  for (const { sql, values } of new Map(steps.map((step) => [step.sql, step])).values()) {
    for (const written of hook(file, sql, values)) touched.add(written.uid);
  }
  return {
    context: request,
    alone: false,
    isDdl: false,
    touched,
    run: (_, lines): OwnResult<"insertRows"> => {
      file.announce({ replaces: false });
      const ids: (Value | readonly Value[])[] = [];
      const total = { inserted: 0, updated: 0, skipped: 0 };
      for (const { table, plans } of parts) {
        let [inserted, updated, skipped] = [0, 0, 0];
        plans.forEach((plan, index) => {
          try {
            const changed = plan.update ? key(file, plan.update) : undefined;
            const made = changed === undefined ? key(file, plan.insert) : undefined;
            if (changed !== undefined) updated++;
            else if (made !== undefined) inserted++;
            else skipped++;
            ids.push(changed ?? made ?? null);
          } catch (error) {
            throw toHeliosError(error, { ...(request.also && { table: table.name }), row_index: index });
          }
        });
        if (inserted > 0) lines.push(`INSERT INTO ${table.name} (${inserted} rows)`);
        if (updated > 0) lines.push(`UPDATE ${table.name} (${updated} rows)`);
        total.inserted += inserted;
        total.updated += updated;
        total.skipped += skipped;
      }
      return { ...total, ids };
    },
  };
}

function planRow(
  table: TableDef,
  row: InsertRowsRequest["rows"][number],
  onConflict: InsertRowsRequest["onConflict"],
): RowPlan {
  const names = Object.keys(row);
  const returned = table.primaryKey.length > 0 ? table.primaryKey.map(ident).join(", ") : table.rowid;
  const into = `INSERT INTO main.${ident(table.name)} ${
    names.length === 0
      ? "DEFAULT VALUES"
      : `(${names.map(ident).join(", ")}) VALUES (${names.map(() => "?").join(", ")})`
  }`;
  // DEFAULT VALUES can't be combined with ON CONFLICT; OR IGNORE does the same there.
  const ignoring = names.length === 0 ? into.replace("INSERT", "INSERT OR IGNORE") : `${into} ON CONFLICT DO NOTHING`;
  return {
    update: onConflict === "update" ? updateByKey(table, row, returned) : null,
    insert: {
      sql: `${onConflict === "ignore" ? ignoring : into} RETURNING ${returned}`,
      values: names.map((name) => toSqlite(row[name]!)),
    },
  };
}

/**
 * Only the primary key identifies the row: a value that another unique column already has is a violation. Null if the
 * row does not give the whole key, so that it can't be an existing row. An upsert would not work: SQLite requires the
 * columns of a new row before it finds that the row exists.
 */
function updateByKey(table: TableDef, row: InsertRowsRequest["rows"][number], returned: string): Step | null {
  const names = Object.keys(row);
  const given = table.primaryKey.map((column) => names.find((name) => sameName(name, column)));
  if (given.length === 0 || given.some((name) => name === undefined || row[name] === null)) return null;
  const where = table.primaryKey.map((column, i) =>
    table.rowidColumn === null ? `${ident(column)} = ? COLLATE ${table.collations[i]}` : `${ident(column)} = ?`,
  );
  const others = names.filter((name) => !given.includes(name));
  const keys = given.map((name) => toSqlite(row[name!]!));
  const from = `main.${ident(table.name)}`;
  if (others.length === 0) {
    return { sql: `SELECT ${returned} FROM ${from} WHERE ${where.join(" AND ")}`, values: keys };
  }
  const set = others.map((name) => `${ident(name)} = ?`).join(", ");
  return {
    sql: `UPDATE ${from} SET ${set} WHERE ${where.join(" AND ")} RETURNING ${returned}`,
    values: [...others.map((name) => toSqlite(row[name]!)), ...keys],
  };
}

export function update(file: BranchFile, request: UpdateRowsRequest): PlannedWrite {
  const table = writableTable(file, request.table);
  const names = Object.keys(request.values);
  if (names.length === 0)
    throw new HeliosError("INVALID_FIELD", "values is empty. Name at least one column to change.");
  checkColumns(table, names, {});
  const set = names.map((name) => `${ident(name)} = ?`).join(", ");
  const sql = `UPDATE main.${ident(table.name)} SET ${set} WHERE ${requiredWhereClause(request.filter, request)}`;
  return change(
    file,
    request,
    sql,
    names.map((name) => toSqlite(request.values[name]!)),
    `UPDATE ${table.name}`,
  );
}

export function deletion(file: BranchFile, request: DeleteRowsRequest): PlannedWrite {
  const table = writableTable(file, request.table);
  const sql = `DELETE FROM main.${ident(table.name)} WHERE ${requiredWhereClause(request.filter, request)}`;
  return change(file, request, sql, [], `DELETE FROM ${table.name}`);
}

function change(
  file: BranchFile,
  context: UpdateRowsRequest | DeleteRowsRequest,
  sql: string,
  values: unknown[],
  line: string,
): PlannedWrite {
  const own = ownPart(file, sql, context.filter);
  const touched = new Set(hook(file, own, values).map((table) => table.uid));
  return {
    context,
    alone: false,
    isDdl: false,
    touched,
    run: (_, lines): OwnResult<"updateRows"> => {
      try {
        file.announce({ replaces: false });
        const affected = file.prepare(own).run(values).changes;
        if (affected > 0) lines.push(`${line} (${affected} rows)`);
        return { affected };
      } catch (error) {
        throw toHeliosError(error);
      }
    },
  };
}

/** A filter that reads other tables may read those in which SQLite lists the engine's objects. */
function ownPart(file: BranchFile, sql: string, filter: string): string {
  return /\b(select|in)\b/i.test(filter) ? hideOwn(parseStatement(sql, { ownNames: true }), file.epoch).sql : sql;
}

function hook(file: BranchFile, sql: string, values: readonly unknown[]): TableDef[] {
  try {
    return file.hookFor({ sql, replaces: false }, values);
  } catch (error) {
    throw toHeliosError(error);
  }
}

/** Runs a step and returns the key of its row, or undefined if there is none. */
function key(file: BranchFile, { sql, values }: Step): Value | readonly Value[] | undefined {
  const rows = file.prepare(sql).raw(true).safeIntegers(true).all(values) as SqliteValue[][];
  const row = rows[0];
  if (row === undefined) return undefined;
  for (const value of row) counted(value);
  return row.length === 1 ? row[0]! : row;
}

function writableTable(file: BranchFile, name: string): TableDef {
  const table = findTable(file.epoch, name);
  if (table) return table;
  if (findView(file.epoch, name)) {
    throw new HeliosError("TABLE_NOT_FOUND", `'${name}' is a view. Write to a table, or send SQL.`, {
      table: name,
    });
  }
  throw new HeliosError("TABLE_NOT_FOUND", `Table '${name}' not found`, { table: name });
}

function checkColumns(table: TableDef, names: readonly string[], where: { row_index?: number }): void {
  for (const name of names) {
    const column = table.columns.find((known) => sameName(known.name, name));
    if (!column) {
      const known = table.columns.map((each) => each.name).join(", ");
      throw new HeliosError("SQL_NAME_NOT_FOUND", `Table '${table.name}' has no column '${name}'. It has: ${known}.`, {
        table: table.name,
        column: name,
        ...where,
      });
    }
    if (column.generated) {
      throw new HeliosError("TYPE_MISMATCH", `Column '${name}' of '${table.name}' is generated and can't be written.`, {
        table: table.name,
        column: name,
        ...where,
      });
    }
  }
}
