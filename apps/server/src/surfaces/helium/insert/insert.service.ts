import { foldName, type RowObject, sameName, type TableRows, type Value } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { type Caller, withAuthor } from "../../../auth/caller.js";
import { ApiError } from "../../../errors/api-error.js";
import { masterOf } from "../names/table-name.js";
import { schemaName } from "../state/schema-name.js";
import { SchemaState } from "../state/schema-state.js";
import type { HeliumTable } from "../state/table.js";
import { cellValue } from "./cell-value.js";

export const MAX_PART_ROWS = 25;

/** Rows as they were sent, by the name of their table. */
export interface TableInsert {
  readonly [table: string]: readonly { readonly [column: string]: unknown }[];
}

/** The commit of an insert, and its branch. */
export interface Inserted {
  readonly scn: number;
}

interface Part {
  readonly table: HeliumTable;
  readonly rows: TableInsert[string];
}

/** Inserts a row with the rows of its parts: all or nothing. */
@Injectable()
export class InsertService {
  async insert(caller: Caller, text: string, insert: TableInsert): Promise<Inserted> {
    const { branch, at } = schemaName(text);
    if (at !== undefined) {
      // A branch that isn't there is not there at any point either.
      await SchemaState.read(caller, text, { tables: [] });
      throw new ApiError(
        "BRANCH_READ_ONLY",
        `'${text}' is a past state and can't be changed. Insert into '${branch}'.`,
      );
    }
    const names = Object.keys(insert);
    const masters = names.flatMap((name) => masterOf(name) ?? []);
    const state = await SchemaState.read(caller, text, { tables: [...names, ...masters] });
    const parts = names.map((name): Part => ({ table: state.table(name), rows: insert[name]! }));
    const { master, others } = split(state, parts);
    const rows = [master, ...others].map(
      ({ table, rows }): TableRows => ({ table: table.name, rows: rows.map((row) => rowOf(table, row)) }),
    );
    const [first, ...also] = rows as [TableRows, ...TableRows[]];
    const request = { branch, ...first, onConflict: "error" as const, ...(also.length > 0 && { also }) };
    return caller.database.insertRows(withAuthor(caller, request), caller.cancellation);
  }
}

/** The one master with its one row, and its parts in the order of their names. Throws INVALID_FIELD. */
function split(
  state: SchemaState,
  parts: readonly Part[],
): { readonly master: Part; readonly others: readonly Part[] } {
  const masterName = ({ table }: Part) => state.nameOf(table.name).masterName;
  const masters = parts.filter((part) => masterName(part) === null);
  const [master] = masters;
  if (!master || masters.length > 1) {
    throw new ApiError("INVALID_FIELD", `Expecting exactly 1 master table, got ${masters.length}`);
  }
  if (master.rows.length !== 1) {
    throw new ApiError("INVALID_FIELD", `"${master.table.name}" must contain 1 items, got ${master.rows.length}`);
  }
  const others = parts.filter((part) => part !== master).toSorted((a, b) => (a.table.name < b.table.name ? -1 : 1));
  for (const part of others) {
    if (masterName(part)?.raw !== master.table.name) {
      throw new ApiError("INVALID_FIELD", "Part table data must be inserted with the master it belongs to");
    }
    if (part.rows.length > MAX_PART_ROWS) {
      throw new ApiError("INVALID_FIELD", `"${part.table.name}" must contain at most ${MAX_PART_ROWS} items`);
    }
  }
  const names = parts.map(({ table }) => foldName(table.name));
  const twice = parts.find(({ table }, i) => names.indexOf(foldName(table.name)) !== i);
  if (twice) throw new ApiError("INVALID_FIELD", `"${twice.table.name}" is named twice`);
  return { master, others: others.filter(({ rows }) => rows.length > 0) };
}

/** A row with every column of its table. What is generated is left out, and the key may be: both are given by SQLite. */
function rowOf(table: HeliumTable, given: TableInsert[string][number]): RowObject {
  const key = table.details.keyColumn?.column;
  const unknown = Object.keys(given).find((name) => !table.columns.some((column) => column.name === name));
  if (unknown !== undefined) throw new ApiError("INVALID_FIELD", `"${unknown.slice(0, 100)}" is not allowed`);
  const cells = table.columns.flatMap((column): [string, Value][] => {
    const isKey = key !== undefined && sameName(column.name, key);
    const isGiven = Object.hasOwn(given, column.name);
    if (column.generated) {
      if (isGiven && given[column.name] !== null) {
        throw new ApiError("INVALID_FIELD", `"${column.name}" is generated and must be left out`);
      }
      return [];
    }
    if (!isGiven) throw new ApiError("INVALID_FIELD", `"${column.name}" is required`);
    return [[column.name, cellValue(column, given[column.name], isKey)]];
  });
  return Object.fromEntries(cells);
}
