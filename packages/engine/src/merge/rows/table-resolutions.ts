import type { MergeResolution, RowObject, Value } from "@heliosdb/port";
import type { Row } from "../../rows/values.js";
import { foldName, sameName } from "../../sql/names.js";
import { toSqlite } from "../../values/parameters.js";
import type { MergeColumn } from "./columns.js";
import { type DisputedKeys, exactText } from "./disputed-keys.js";
import { wrong } from "./wrong-resolution.js";

/** The caller's decision about one conflict. */
export type Decision =
  | { readonly use: "source" | "target" }
  | { readonly use: "value"; readonly value: Row | undefined };

/** The resolutions for the rows of one table that are in conflict. Each of them decides one row at most. */
export class TableResolutions {
  private readonly byPlace = new Map<string, MergeResolution>();

  /** Throws INVALID_MERGE if a resolution could mean several rows, or two mean the same. `used` is told of each in use. */
  constructor(
    given: readonly MergeResolution[],
    private readonly keys: DisputedKeys,
    private readonly used: Set<MergeResolution>,
  ) {
    for (const each of given) {
      const found = keys.find(each.key!);
      if (found.length > 1) throw ambiguous(each, found);
      if (found.length === 0) continue;
      const place = this.place(found[0]!, each.column);
      if (this.byPlace.has(place)) {
        const text = JSON.stringify(keys.show(found[0]!));
        throw wrong(each, `is for the row ${text}, as another resolution is. Leave out one of them`, "INVALID_MERGE");
      }
      this.byPlace.set(place, each);
    }
  }

  /** The resolution of a whole row, with one value for each column of the merge. */
  row(key: Row, columns: readonly MergeColumn[]): Decision | null {
    const found = this.find(key, undefined);
    if (!found) return null;
    if (found.use !== "value") return { use: found.use };
    return { use: "value", value: rowOf(found, columns) };
  }

  /** The resolution of one cell; that of its whole row if none names the column. */
  cell(key: Row, column: string): Decision | null {
    const found = this.find(key, column);
    if (found)
      return found.use === "value" ? { use: "value", value: [toSqlite(found.value as Value)] } : { use: found.use };
    const row = this.find(key, undefined);
    if (row?.use === "value") {
      throw wrong(row, "gives a whole row, but only some of its columns conflict. Resolve those columns by name");
    }
    return row ? { use: row.use as "source" | "target" } : null;
  }

  private find(key: Row, column: string | undefined): MergeResolution | undefined {
    if (this.byPlace.size === 0) return undefined;
    const found = this.byPlace.get(this.place(key, column));
    if (found) this.used.add(found);
    return found;
  }

  private place(key: Row, column: string | undefined): string {
    return JSON.stringify([this.keys.identity(key), column === undefined ? null : foldName(column)]);
  }
}

function ambiguous(each: MergeResolution, keys: readonly Row[]): Error {
  const rows = keys.slice(0, 3).map(exactText).join(" and ");
  return wrong(
    each,
    `could be for several rows in conflict: ${rows}. Send one of these lists as its key`,
    "INVALID_MERGE",
  );
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
