import { HeliosError, type MergeResolution, type RowObject, type Value } from "@heliosdb/port";
import { keyText, type Row } from "../../rows/values.js";
import { sameName } from "../../sql/names.js";
import { toSqlite } from "../../values/parameters.js";
import type { MergeColumn } from "./columns.js";

/** The caller's decision about one conflict. */
export type Decision =
  | { readonly use: "source" | "target" }
  | { readonly use: "value"; readonly value: Row | undefined };

/** The caller's resolutions for a merge. Each must name a conflict: one that doesn't is probably a mistake. */
export class Resolutions {
  private readonly used = new Set<MergeResolution>();

  constructor(private readonly given: readonly MergeResolution[]) {
    for (const each of given) check(each);
  }

  /** The resolution of a whole row, with one value for each column of the merge. */
  row(table: string, key: Row, columns: readonly MergeColumn[]): Decision | null {
    const found = this.find(table, key, undefined);
    if (!found) return null;
    if (found.use !== "value") return { use: found.use };
    return { use: "value", value: rowOf(found, columns) };
  }

  /** The resolution of one cell; that of its whole row if none names the column. */
  cell(table: string, key: Row, column: string): Decision | null {
    const found = this.find(table, key, column);
    if (found)
      return found.use === "value" ? { use: "value", value: [toSqlite(found.value as Value)] } : { use: found.use };
    const row = this.find(table, key, undefined);
    if (row?.use === "value") {
      throw wrong(row, "gives a whole row, but only some of its columns conflict. Resolve those columns by name");
    }
    return row ? { use: row.use as "source" | "target" } : null;
  }

  /** The resolution of a schema conflict, by the object's name. */
  schema(name: string): "source" | "target" | null {
    const found = this.given.find((each) => each.key === undefined && sameName(each.table, name));
    if (!found) return null;
    this.used.add(found);
    return found.use as "source" | "target";
  }

  /** Throws INVALID_MERGE if a resolution named no conflict. */
  checkAllUsed(): void {
    const unused = this.given.find((each) => !this.used.has(each));
    if (unused) throw wrong(unused, "doesn't name a conflict of this merge", "INVALID_MERGE");
  }

  private find(table: string, key: Row, column: string | undefined): MergeResolution | undefined {
    const wanted = keyText(key);
    const found = this.given.find(
      (each) =>
        each.key !== undefined &&
        sameName(each.table, table) &&
        (column === undefined
          ? each.column === undefined
          : each.column !== undefined && sameName(each.column, column)) &&
        textOf(each.key) === wanted,
    );
    if (found) this.used.add(found);
    return found;
  }
}

function check(each: MergeResolution): void {
  if (each.use === "value" && each.value === undefined) throw wrong(each, 'has "use": "value" but no value');
  if (each.use !== "value" && each.value !== undefined) throw wrong(each, `has a value but "use": "${each.use}"`);
  if (each.key === undefined && each.use === "value") {
    throw wrong(each, 'is for a conflict about the schema. Expected "use": "source" or "target"');
  }
  if (each.key === undefined && each.column !== undefined) throw wrong(each, "names a column but no key");
}

/** A key as in the conflict's `rowId`: several values may be given as a list, or as that text itself. */
function textOf(key: Value | readonly Value[]): string {
  return keyText((Array.isArray(key) ? key : [key as Value]).map(toSqlite));
}

function rowOf(resolution: MergeResolution, columns: readonly MergeColumn[]): Row | undefined {
  const { value } = resolution;
  if (value === null) return undefined;
  if (typeof value !== "object" || value instanceof Uint8Array) {
    throw wrong(resolution, "is for a whole row. Expected its columns by name, or null for no row");
  }
  const given = new Map(Object.entries(value as RowObject));
  const row = columns.map((column) => {
    const name = [...given.keys()].find((each) => sameName(each, column.name));
    if (name === undefined) throw wrong(resolution, `has no value for column ${column.name}`);
    const bound = toSqlite(given.get(name)!);
    given.delete(name);
    return bound;
  });
  for (const name of given.keys())
    throw wrong(resolution, `has a value for column ${name}, which the table doesn't have`);
  return row;
}

function wrong(
  each: MergeResolution,
  what: string,
  code: "INVALID_FIELD" | "INVALID_MERGE" = "INVALID_FIELD",
): HeliosError {
  const key = each.key === undefined ? "" : `, key ${textOf(each.key)}`;
  const column = each.column === undefined ? "" : `, column ${each.column}`;
  return new HeliosError(code, `The resolution for ${each.table}${key}${column} ${what}.`, {
    table: each.table,
  });
}
