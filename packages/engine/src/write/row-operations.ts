import {
  type BindValue,
  type Cell,
  type DeleteRowsRequest,
  HeliosError,
  type InsertRowsRequest,
  type UpdateRowsRequest,
} from "@heliosdb/port";
import { type SqliteValue, toCell } from "../read/cells.js";
import { findTable, findView, type TableDef } from "../schema/model.js";
import { requiredWhereClause } from "../sql/filter.js";
import { ident, sameName } from "../sql/names.js";
import { toSqlite } from "../sql/parameters.js";
import { toHeliosError } from "../sqlite-error.js";
import type { BranchFile } from "./branch-file.js";
import type { OwnResult, PlannedWrite } from "./operations.js";

/** Inserts rows one by one under one commit; equal sets of columns share a statement. */
export function insertion(file: BranchFile, request: InsertRowsRequest): PlannedWrite {
  const table = writableTable(file, request.table);
  const returned = table.primaryKey.length > 0 ? table.primaryKey.map(ident).join(", ") : table.rowid;
  const plans = request.rows.map((row, index) => {
    const names = Object.keys(row);
    checkColumns(table, names, { row_index: index });
    const into = `INSERT INTO main.${ident(table.name)} ${
      names.length === 0
        ? "DEFAULT VALUES"
        : `(${names.map(ident).join(", ")}) VALUES (${names.map(() => "?").join(", ")})`
    }`;
    // DEFAULT VALUES takes no conflict clause of the newer kind; OR IGNORE says the same there.
    const ignore = names.length === 0 ? into.replace("INSERT", "INSERT OR IGNORE") : `${into} ON CONFLICT DO NOTHING`;
    const first = request.onConflict === "error" ? into : ignore;
    const upsert =
      request.onConflict === "update" && names.length > 0
        ? `${into} ON CONFLICT DO UPDATE SET ${names.map((name) => `${ident(name)} = excluded.${ident(name)}`).join(", ")}`
        : null;
    return {
      values: names.map((name) => toSqlite(row[name]!)),
      first: `${first} RETURNING ${returned}`,
      upsert: upsert && `${upsert} RETURNING ${returned}`,
    };
  });
  const touched = new Set<string>();
  const statements = new Set(plans.flatMap((plan) => (plan.upsert ? [plan.first, plan.upsert] : [plan.first])));
  for (const sql of statements) {
    const plan = plans.find((candidate) => candidate.first === sql || candidate.upsert === sql)!;
    for (const written of hook(file, sql, plan.values)) touched.add(written.uid);
  }
  return {
    context: request,
    alone: false,
    isDdl: false,
    touched,
    run: (_, lines): OwnResult<"insertRows"> => {
      file.announce({ replaces: false });
      const ids: (Cell | Cell[])[] = [];
      let [inserted, updated, skipped] = [0, 0, 0];
      plans.forEach((plan, index) => {
        try {
          const first = key(file, plan.first, plan.values);
          const second = first === undefined && plan.upsert ? key(file, plan.upsert, plan.values) : undefined;
          if (first !== undefined) inserted++;
          else if (second !== undefined) updated++;
          else skipped++;
          ids.push(first ?? second ?? null);
        } catch (error) {
          throw toHeliosError(error, { row_index: index });
        }
      });
      if (inserted > 0) lines.push(`INSERT INTO ${table.name} (${inserted} rows)`);
      if (updated > 0) lines.push(`UPDATE ${table.name} (${updated} rows)`);
      return { inserted, updated, skipped, ids };
    },
  };
}

export function update(file: BranchFile, request: UpdateRowsRequest): PlannedWrite {
  const table = writableTable(file, request.table);
  const names = Object.keys(request.values);
  if (names.length === 0)
    throw new HeliosError("INVALID_FIELD", "values is empty: name at least one column to change.");
  checkColumns(table, names, {});
  const set = names.map((name) => `${ident(name)} = ?`).join(", ");
  const sql = `UPDATE main.${ident(table.name)} SET ${set} WHERE ${requiredWhereClause(request.filter, request)}`;
  return change(
    file,
    request,
    sql,
    names.map((name) => toSqlite(request.values[name] as BindValue)),
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
  const touched = new Set(hook(file, sql, values).map((table) => table.uid));
  return {
    context,
    alone: false,
    isDdl: false,
    touched,
    run: (_, lines): OwnResult<"updateRows"> => {
      try {
        file.announce({ replaces: false });
        const affected = file.prepare(sql).run(values).changes;
        if (affected > 0) lines.push(`${line} (${affected} rows)`);
        return { affected };
      } catch (error) {
        throw toHeliosError(error);
      }
    },
  };
}

function hook(file: BranchFile, sql: string, values: unknown[]): TableDef[] {
  try {
    return file.hookFor({ sql, replaces: false }, values);
  } catch (error) {
    throw toHeliosError(error);
  }
}

/** Runs an INSERT and gives the key of the row, or undefined where a conflict kept it out. */
function key(file: BranchFile, sql: string, values: unknown[]): Cell | Cell[] | undefined {
  const rows = file.prepare(sql).raw(true).safeIntegers(true).all(values) as SqliteValue[][];
  const row = rows[0];
  if (row === undefined) return undefined;
  return row.length === 1 ? toCell(row[0]!) : row.map((value) => toCell(value));
}

function writableTable(file: BranchFile, name: string): TableDef {
  const table = findTable(file.epoch, name);
  if (table) return table;
  if (findView(file.epoch, name)) {
    throw new HeliosError("TABLE_NOT_FOUND", `'${name}' is a view: rows are written to tables, or by a statement.`, {
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
