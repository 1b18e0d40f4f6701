import type { Random } from "./random.js";
import { type Column, quoted, type Table, writable } from "./schema.js";

const VALUES = ["1", "2", "'one'", "'Two'", "'7'", "NULL", "3.5", "x'01'", "'ü'"];

/** A write to one table: keys are few, so that the branches meet in them. */
export function writeTo(random: Random, table: Table): string {
  const name = quoted(table.name);
  const columns = writable(table);
  const one = random.pick(columns);
  const keys = columns.filter(({ key }) => key > 0);
  const where =
    keys.length === 0
      ? `${quoted(one.name)} IS ${valueFor(random, one)}`
      : keys.map((key) => `${quoted(key.name)} = ${valueFor(random, key)}`).join(" AND ");
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2: {
      const given = columns.filter(
        ({ key, hasDefault }) => key > 0 || (hasDefault ? random.chance(50) : random.chance(85)),
      );
      const list = given.map((column) => quoted(column.name)).join(", ");
      // In a STRICT table the capture triggers make SQLite look at types before it ignores a row.
      const ways = ["", "", "", "OR REPLACE ", /STRICT$/i.test(table.sql.trim()) ? "" : "OR IGNORE "];
      const or = random.pick(ways);
      return `INSERT ${or}INTO ${name} (${list}) VALUES (${given.map((each) => valueFor(random, each)).join(", ")})`;
    }
    case 3:
    case 4:
    case 5: {
      const value = random.chance(15) ? "NULL" : valueFor(random, one);
      return `UPDATE ${name} SET ${quoted(one.name)} = ${value} WHERE ${random.chance(15) ? "true" : where}`;
    }
    default:
      return `DELETE FROM ${name} WHERE ${where}`;
  }
}

function valueFor(random: Random, { name, type, key }: Column): string {
  if (name === "ref" || name === "up") {
    if (random.chance(40)) return "NULL";
    return type === "INTEGER" ? String(random.below(6)) : `'k${random.below(5)}'`;
  }
  if (key > 0)
    return type === "INTEGER" ? String(random.below(6)) : `'${random.pick(["k", "k", "K"])}${random.below(5)}'`;
  return random.pick(VALUES);
}
