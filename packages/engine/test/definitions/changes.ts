import { columnDefinition, constraintOn, indexOn, makeTable, TYPES } from "./base.js";
import type { Random } from "./random.js";
import { rebuild } from "./rebuilds.js";
import { entriesOf, type Plain, quoted, type Table, tablesOf } from "./schema.js";
import { writeTo } from "./writes.js";

/** Commits, each a list of statements. */
export type Commits = readonly (readonly string[])[];

/** What a step does to a database in the state that it is in. */
export function changeOf(random: Random, db: Plain): Commits {
  const tables = tablesOf(db);
  const table = random.any(tables);
  if (!table || random.chance(2)) return [[makeTable(random, "made", []).sql]];
  const kind = random.below(100);
  if (kind < 45) {
    return [Array.from({ length: 1 + random.below(3) }, () => writeTo(random, random.pick(tables)))];
  }
  if (kind < 68) {
    const { statements, separately } = rebuild(random, db, table);
    return separately ? statements.map((sql) => [sql]) : [statements];
  }
  if (kind < 88) return [alter(random, table)];
  return [objects(random, db, table, tables)];
}

function alter(random: Random, table: Table): string[] {
  const name = quoted(table.name);
  const column = random.pick(table.columns);
  const on = `ALTER TABLE ${name}`;
  switch (random.below(11)) {
    case 0:
    case 1:
      return [
        `${on} ADD COLUMN ${columnDefinition(random, random.pick(["n1", "n2", "n 3"]), random.pick(TYPES), true)}`,
      ];
    case 2:
      return [`${on} ADD COLUMN g2 AS (length(${quoted(column.name)}))`];
    case 3:
      return [`${on} DROP COLUMN ${quoted(column.name)}`];
    case 4:
      return [`${on} RENAME COLUMN ${quoted(column.name)} TO ${quoted(`${column.name}3`)}`];
    case 5:
      return [`${on} RENAME TO ${quoted(`${table.name}4`)}`];
    case 6: {
      const check = constraintOn(random, table.name, [column.name]);
      return [`${on} ADD ${check.startsWith("CONSTRAINT") ? check : `CONSTRAINT fresh ${check}`}`];
    }
    case 7:
      return [`${on} DROP CONSTRAINT ${random.pick(["named", '"on it"', "fresh"])}`];
    case 8:
      return [`${on} ALTER COLUMN ${quoted(column.name)} SET NOT NULL`];
    case 9:
      return [`${on} ALTER COLUMN ${quoted(column.name)} DROP NOT NULL`];
    default:
      return [`UPDATE ${name} SET ${quoted(column.name)} = 5`];
  }
}

function objects(random: Random, db: Plain, table: Table, tables: readonly Table[]): string[] {
  const entries = entriesOf(db).filter(({ type }) => type !== "table");
  const columns = table.columns.map(({ name }) => name);
  switch (random.below(9)) {
    case 0:
      return [`DROP TABLE ${quoted(table.name)}`];
    case 1:
    case 2:
      return [indexOn(random, table.name, random.pick(["i8", "i9"]), columns)];
    case 3: {
      const object = random.any(entries);
      return object ? [`DROP ${object.type} ${quoted(object.name)}`] : ["DROP VIEW IF EXISTS v"];
    }
    case 4:
      return [`CREATE VIEW "v 2" AS SELECT ${quoted(random.pick(columns))} AS shown FROM ${quoted(table.name)}`];
    case 5: {
      const view = random.any(entries.filter(({ type }) => type === "view"));
      return view ? [`DROP VIEW ${quoted(view.name)}`, `${view.sql} WHERE true`] : [];
    }
    case 6: {
      const column = quoted(random.pick(columns));
      return [
        `CREATE TRIGGER ${random.pick(["tr1", "tr2"])} AFTER UPDATE ON ${quoted(table.name)} WHEN new.${column} IS 99
           BEGIN DELETE FROM ${quoted(random.pick(tables).name)} WHERE false; END`,
      ];
    }
    case 7: {
      const parent = random.any(tables.filter(({ columns: own }) => own.some(({ name }) => name === "id")));
      return parent
        ? [`CREATE TABLE child (id INTEGER PRIMARY KEY, ref REFERENCES ${quoted(parent.name)} ON DELETE CASCADE)`]
        : [makeTable(random, "made", []).sql];
    }
    default: {
      const other = random.pick(tables);
      if (other.name === table.name) return ["DROP TABLE IF EXISTS child"];
      return [
        `ALTER TABLE ${quoted(table.name)} RENAME TO "(aside)"`,
        `ALTER TABLE ${quoted(other.name)} RENAME TO ${quoted(table.name)}`,
        `ALTER TABLE "(aside)" RENAME TO ${quoted(other.name)}`,
      ];
    }
  }
}
