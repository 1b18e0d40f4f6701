import { type ColumnText, parseTableText, printTable, type TableText } from "../../src/schema/table-text.js";
import { columnDefinition, constraintOn, DEFAULTS, TYPES } from "./base.js";
import type { Random } from "./random.js";
import { entriesOf, type Plain, quoted, type Table, writable } from "./schema.js";

/** A rebuild: statements of one commit, or of one commit each. */
export interface RebuildStatements {
  readonly statements: readonly string[];
  readonly separately: boolean;
}

/** What goes from the old table into which column of the new one. */
interface Shape {
  readonly text: TableText;
  readonly to: readonly string[];
  readonly from: readonly string[];
}

/** Rebuilds a table in another shape, in one of the orders in which tools and people do it. */
export function rebuild(random: Random, db: Plain, table: Table): RebuildStatements {
  const shape = reshaped(random, table);
  const dependents = random.chance(85) ? dependentsOf(db, table) : { drops: [], creates: [] };
  const steps = stepsOf(random, db, table, shape);
  const twice = random.chance(10) ? stepsOf(random, db, table, reshaped(random, table)) : [];
  const isOff = random.chance(50);
  const around = isOff ? [["PRAGMA foreign_keys = OFF"], ["PRAGMA foreign_keys = ON"]] : [[], []];
  return {
    statements: [...around[0]!, ...dependents.drops, ...steps, ...twice, ...dependents.creates, ...around[1]!],
    separately: !isOff && random.chance(40) && ![...steps, ...twice].some((sql) => sql.includes("TEMP")),
  };
}

function stepsOf(random: Random, db: Plain, table: Table, { text, to, from }: Shape): string[] {
  const [name, made, aside] = [quoted(table.name), quoted(`${table.name}_new`), quoted(`${table.name}_old`)];
  const create = (as: string) => printTable(as, text);
  const some = random.chance(15) ? ` WHERE ${from[0]} IS NOT 1` : "";
  const copy = (into: string, source: string) =>
    `INSERT INTO ${into} (${to.map(quoted).join(", ")}) SELECT ${from.join(", ")} FROM ${source}${some}`;
  const extra = random.chance(20) ? [`DELETE FROM ${name} WHERE ${from[0]} = 1`] : [];
  switch (random.below(5)) {
    case 0:
      return [
        ...extra,
        `ALTER TABLE ${name} RENAME TO ${aside}`,
        create(name),
        copy(name, aside),
        `DROP TABLE ${aside}`,
      ];
    case 1: {
      const kept = quoted(`${table.name}_kept`);
      // Such a table of the engine's hides no other.
      const taken = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE").get(`${table.name}_kept`);
      const temp = random.chance(50) && taken === undefined ? "TEMP " : "";
      return [
        `CREATE ${temp}TABLE ${kept} AS SELECT * FROM ${name}`,
        `DROP TABLE ${name}`,
        create(name),
        copy(name, kept),
        `DROP TABLE ${kept}`,
      ];
    }
    case 2:
      return [
        create(made),
        `DROP TABLE IF EXISTS "never there"`,
        copy(made, name),
        ...extra,
        `DROP TABLE ${name}`,
        `ALTER TABLE ${made} RENAME TO ${name}`,
      ];
    default:
      return [...extra, create(made), copy(made, name), `DROP TABLE ${name}`, `ALTER TABLE ${made} RENAME TO ${name}`];
  }
}

/** Views, and the triggers and indexes of the table, which go before and come back afterwards. */
function dependentsOf(db: Plain, table: Table): { drops: string[]; creates: string[] } {
  const entries = entriesOf(db);
  const views = entries.filter(({ type }) => type === "view");
  const others = entries.filter(({ type, table: on }) => (type === "index" || type === "trigger") && on === table.name);
  const ofViews = entries.filter(({ type, table: on }) => type === "trigger" && views.some(({ name }) => name === on));
  const foreign = entries.filter(
    (each) => each.type === "trigger" && !others.includes(each) && !ofViews.includes(each),
  );
  return {
    drops: [...foreign, ...ofViews, ...[...views].reverse()].map(({ type, name }) => `DROP ${type} ${quoted(name)}`),
    creates: [...others, ...views, ...ofViews, ...foreign].map(({ sql }) => sql),
  };
}

function reshaped(random: Random, table: Table): Shape {
  const text = parseTableText(table.sql);
  let columns: ColumnText[] = [...text.columns];
  let { constraints } = text;
  const values = writable(table).filter(({ key, name }) => key === 0 && name !== "ref" && name !== "up");
  const copied = new Map(writable(table).map(({ name }) => [name, quoted(name)]));
  for (let i = random.below(3); i >= 0; i--) {
    const column = random.any(
      values.filter(({ name }) => copied.has(name) && columns.some((each) => each.name === name)),
    );
    const replace = (change: (text: string) => string) => {
      columns = columns.map((each) => (each.name === column?.name ? { ...each, text: change(each.text) } : each));
    };
    switch (random.below(11)) {
      case 0:
        if (!column || values.length < 2) break;
        columns = columns.filter(({ name }) => name !== column.name);
        copied.delete(column.name);
        break;
      case 1: {
        const name = random.pick(["n1", "n2", "n 3"]);
        if (columns.some((each) => each.name === name)) break;
        columns.push({ name, text: columnDefinition(random, name, random.pick(["TEXT", "INTEGER"]), false) });
        break;
      }
      case 2: {
        if (columns.some(({ name }) => name === "must")) break;
        columns.push({ name: "must", text: "must TEXT NOT NULL" });
        copied.set("must", random.pick(["'filled'", `typeof(${quoted(table.columns[0]!.name)})`]));
        break;
      }
      case 3:
        if (column) {
          const type = random.pick(/STRICT/i.test(text.options) ? ["INTEGER", "TEXT", "ANY"] : TYPES);
          columns = columns.map((each) =>
            each.name === column.name ? { ...each, text: `${quoted(each.name)} ${type}` } : each,
          );
        }
        break;
      case 4:
        if (column) replace((old) => (/DEFAULT/i.test(old) ? old : `${old} DEFAULT ${random.pick(DEFAULTS)}`));
        break;
      case 5:
        constraints = random.chance(50)
          ? constraints.filter(({ text: old }) => !/^CHECK|^CONSTRAINT/.test(old))
          : constraints;
        break;
      case 6: {
        const check = constraintOn(random, `${table.name}_new`, [random.pick(values)?.name ?? table.columns[0]!.name]);
        if (!check.includes("_new") && !constraints.some(({ text: old }) => old === check))
          constraints = [...constraints, { name: null, text: check }];
        break;
      }
      case 7:
        columns = [...columns].reverse();
        break;
      case 8: {
        if (!column) break;
        const name = `${column.name}2`;
        if (columns.some((each) => each.name === name)) break;
        columns = columns.map((each) =>
          each.name === column.name ? { name, text: each.text.replace(/^("([^"]|"")*"|\S+)/, quoted(name)) } : each,
        );
        copied.set(name, copied.get(column.name)!);
        copied.delete(column.name);
        break;
      }
      case 9:
        if (column)
          replace((old) => (/COLLATE/i.test(old) ? old.replace(/COLLATE NOCASE/i, "") : `${old} COLLATE NOCASE`));
        break;
      default:
        if (column) copied.set(column.name, `coalesce(${quoted(column.name)}, 0)`);
    }
  }
  return { text: { ...text, columns, constraints }, to: [...copied.keys()], from: [...copied.values()] };
}
