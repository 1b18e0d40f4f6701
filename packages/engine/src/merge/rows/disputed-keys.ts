import { toBase64, toJsonCell, type Value } from "@heliosdb/port";
import { keyIdentity, keyText, type Row } from "../../rows/values.js";
import type { TableDef } from "../../schema/model.js";
import { toSqlite } from "../../values/parameters.js";

/** A value as a column of the key stores it, by the column's place in the key. */
export type StoreKeyValue = (value: Row[number], at: number) => Row[number];

/**
 * The rows of one table that are in conflict, and the keys by which a caller names them. What a key is shown as is not
 * always enough: 1 and '1' look alike, and so do a blob and its base64.
 */
export class DisputedKeys {
  private readonly byIdentity = new Map<string, Row>();
  private readonly byExactText = new Map<string, Row>();
  private readonly byShownText = new Map<string, Row[]>();

  constructor(
    private readonly table: TableDef,
    private readonly stored: StoreKeyValue,
    keys: Iterable<Row>,
  ) {
    for (const key of keys) this.add(key);
  }

  private add(key: Row): void {
    this.byIdentity.set(this.identity(key), key);
    this.byExactText.set(exactText(key), key);
    const shown = keyText(key);
    const others = this.byShownText.get(shown);
    if (others) others.push(key);
    else this.byShownText.set(shown, [key]);
  }

  identity(key: Row): string {
    return keyIdentity(this.table, key);
  }

  /**
   * The rows that a key may mean: its values, or its text as a conflict shows it. The row whose key it is exactly comes
   * before those that only look so. Throws PARAM_TYPE for a value that SQLite doesn't support.
   */
  find(given: Value | readonly Value[]): readonly Row[] {
    const exact = this.exact(given);
    return exact.length > 0 ? exact : this.alike(given);
  }

  /** A key's text for conflicts: one that means no other row of them. */
  show(key: Row): string {
    const text = keyText(key);
    const found = this.find(text);
    return found.length === 1 && found[0] === key ? text : exactText(key);
  }

  private exact(given: Value | readonly Value[]): readonly Row[] {
    const values = valuesOf(given).map((value, at) => this.stored(value, at));
    const found = new Set([this.byIdentity.get(this.identity(values))]);
    if (typeof given === "string") found.add(this.byExactText.get(given));
    return [...found].filter((key) => key !== undefined);
  }

  private alike(given: Value | readonly Value[]): readonly Row[] {
    const values = valuesOf(given);
    const isAlike = (key: Row) =>
      typeof given === "string" ||
      (values.length === key.length &&
        values.every((value, i) => typeof value === "string" || this.isSame(value, key[i])));
    return (this.byShownText.get(keyText(values)) ?? []).filter(isAlike);
  }

  private isSame(a: Row[number], b: Row[number]): boolean {
    return this.identity([a]) === this.identity([b]);
  }
}

function valuesOf(given: Value | readonly Value[]): Row {
  return (Array.isArray(given) ? given : [given as Value]).map(toSqlite);
}

/** The JSON text of the list that names a row exactly in a request: `{type, value}` where JSON has no such value. */
export function exactText(key: Row): string {
  return JSON.stringify(
    key.map((value = null) => {
      const cell = toJsonCell(value);
      if (value instanceof Uint8Array) return { type: "bytea", value: toBase64(value) };
      if (typeof value === "bigint" && typeof cell === "string") return { type: "int8", value: cell };
      return typeof value === "number" && typeof cell === "string" ? { type: "float8", value: cell } : cell;
    }),
  );
}
