import { expect } from "vitest";
import type { Contents, TableContents } from "./contents.js";

/** The columns of a key as the random schemas name them. */
const KEYS = [["id"], ["k"], ["k1", "k2"]];

type Rows = Map<string, Record<string, string>>;

/**
 * What a merge must give for tables that all four states have by name and key: each cell is the value of the side that
 * changed it. Columns are compared by name, so only those that the base has, and nobody renamed or retyped, count.
 */
export function checkRows(base: Contents, source: Contents, target: Contents, merged: Contents): void {
  for (const [name, was] of Object.entries(base)) {
    const [there, here, result] = [source, target, merged].map((each) => each[name]);
    const all = [was, there, here, result];
    if (!all.every(isTable)) continue;
    // A rebuild that was not finished: the base's table is the one that was put aside.
    if ([source, target, merged].some((each) => `${name}_old` in each)) continue;
    const key = KEYS.find((columns) =>
      all.every((each) => columns.every((column) => (each as TableContents).columns.includes(column))),
    );
    if (!key) continue;
    const shared = (was as TableContents).columns
      .filter((column) => !/^g2?$/.test(column))
      .filter((column) => all.every((each) => (each as TableContents).columns.includes(column)));
    const [a, b, c, m] = all.map((each) => rowsOf(each as TableContents, key)) as [Rows, Rows, Rows, Rows];
    for (const id of new Set([...a.keys(), ...b.keys(), ...c.keys(), ...m.keys()])) {
      if (id.includes("NULL") || isSpelledTwice(id, key, [a, b, c, m])) continue;
      const [w, x, y, z] = [a.get(id), b.get(id), c.get(id), m.get(id)];
      const isSame = (p: Record<string, string> | undefined, q: Record<string, string> | undefined) =>
        p === undefined || q === undefined ? p === q : shared.every((column) => p[column] === q[column]);
      const expected = isSame(x, w) ? y : isSame(y, w) ? x : undefined;
      if (isSame(x, w) || isSame(y, w)) {
        if (!isSame(z, expected))
          expect({ name, id, base: w, source: x, target: y, merged: z }).toEqual(
            `not ${JSON.stringify(z)}: ${JSON.stringify([w, x, y])}`,
          );
      }
    }
  }
}

function isTable(each: TableContents | string | undefined): each is TableContents {
  return each !== undefined && typeof each !== "string";
}

function rowsOf({ columns, rows }: TableContents, key: readonly string[]): Rows {
  return new Map(
    rows.map((row) => {
      const values = row.split(" | ");
      const record = Object.fromEntries(columns.map((column, i) => [column, untyped(values[i]!)]));
      return [key.map((column) => record[column]!.toLowerCase()).join(" "), record];
    }),
  );
}

/** A column may have got another type, and 2 become 2.0 or '2'. */
function untyped(value: string): string {
  const text = value.replace(/^'(.*)'$/, "$1");
  return text !== "" && Number.isFinite(Number(text)) ? String(Number(text)) : text;
}

/** A key that some state spells in another case may be another key. */
function isSpelledTwice(id: string, key: readonly string[], states: readonly Rows[]): boolean {
  const spelled = states.flatMap((rows) => {
    const row = rows.get(id);
    return row ? [key.map((column) => row[column]!).join(" ")] : [];
  });
  return new Set(spelled).size > 1;
}
