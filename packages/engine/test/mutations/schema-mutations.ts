// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are texts of sources that hold templates.
import type { Mutation } from "./mutation.js";

/** How schemas, and rows over them, were merged wrongly. */
export const SCHEMA_MUTATIONS: readonly Mutation[] = [
  {
    name: "what a constraint says against a row without a key is an error of the engine's",
    find: "throw constraintError(error, sides.table.name, keyText(row), sides.physical);",
    replace: "throw error;",
    player: "rows",
    among: ["settings"],
  },
  {
    name: "only the columns of a table are merged, and no constraint",
    find: "a.columns.length === b.columns.length && isSameList(a.columns, b.columns, columnKey) && differsInColumnsOnly(a, b)",
    replace:
      "a.columns.length === b.columns.length && a.columns.every(({ name }) => b.columns.some((each) => each.name === name))",
    player: "merges",
  },
  {
    name: "rows that come with a column that was replaced by another of its name lose the value",
    find: "return now.columns.some((other) => sameName(other.name, column.name) && identity.column(now, column) !== other);",
    replace: "return false;",
    player: "merges",
    among: ["retypes"],
  },
  {
    name: "a rebuilt table loses the indexes that the target made on it",
    find: 'const indexes = file.epoch.objects.filter((object) => object.type === "index" && sameName(object.table, old.name));',
    replace: "const indexes: typeof file.epoch.objects = [];",
    player: "merges",
  },
  {
    name: "a table that was altered keeps the definition that it had",
    find: "table && table.name === name && table.sql === sql && inForce.has(table) ? table : undefined;",
    replace: "table && table.name === name && inForce.has(table) ? table : undefined;",
    player: "definitions",
  },
  {
    name: "a table that was renamed keeps the definition that it had",
    find: "table && table.name === name && table.sql === sql && inForce.has(table) ? table : undefined;",
    replace: "table && inForce.has(table) ? table : undefined;",
    player: "definitions",
  },
  {
    name: "a table that takes over from another by the same text keeps none of its columns",
    find: "table && table.name === name && table.sql === sql && inForce.has(table) ? table : undefined;",
    replace: "table && table.name === name && table.sql === sql ? table : undefined;",
    player: "merges",
    among: ["rebuilds"],
  },
  {
    name: "a rebuilt table is another table",
    find: "if (!isContinuation(old, now, renamed)) return;",
    replace: "if (isContinuation(old, now, renamed) || true) return;",
    player: "merges",
  },
  {
    name: "a batch does not heed PRAGMA foreign_keys",
    find: 'if (name === "foreign_keys") return { kind: "foreign keys", mode: isOn ? "at once" : "off" };',
    replace: 'if (name === "foreign_keys") return { kind: "foreign keys", mode: "at once" };',
    player: "merges",
    among: ["rebuilds"],
  },
  {
    name: "what constrains rows comes before them",
    find: 'failpoint("merge.schema");',
    replace:
      "if (schema.rebuilds.length === 0) { createObjects(file, schema.objects, scn, sourceSide.state.db, () => null); Object.assign(schema, { objects: { drops: [], creates: [], returning: [] } }); }",
    player: "merges",
    among: ["indexes"],
  },
  {
    name: "a view is tried before those that it reads are there",
    find: "for (const object of inOrder) unlessKept(object, () => file.db.exec(object.sql));",
    replace:
      "for (const object of inOrder) unlessKept(object, () => { file.db.exec(object.sql); const problem = problemOf(file.db, object); if (problem && wasUsable(source, object)) throw new SchemaConflict(object.name, problem.message); });",
    player: "merges",
    among: ["views"],
  },
  {
    name: "texts that differ in letter case are the same",
    find: '.map((token) => (token.kind === "quoted" ? nameOf(token) : token.text))',
    replace: '.map((token) => (token.kind === "quoted" ? nameOf(token) : token.text).toLowerCase())',
    player: "merges",
    among: ["views"],
  },
  {
    name: "a view over a table that goes is not tried after the merge",
    find: "if (file.epoch.scn !== targetBefore.scn) checkObjects(file, target.state);",
    replace: "void checkObjects;",
    player: "merges",
    among: ["views", "tables"],
  },
  {
    name: "an index made on a table is no change of it",
    find: "return texts[side].objects.some(",
    replace: "return false && texts[side].objects.some(",
    player: "merges",
    among: ["tables", "indexes"],
  },
  {
    name: "the source's texts are taken as they read there, whatever the names are here",
    find: "source: withNames(source, names, identity, refuseClash),",
    replace: "source: withNames(source, source.tables, identity),",
    player: "merges",
    among: ["tables", "columns", "indexes"],
  },
  {
    name: "a new table's text is taken as it reads on the source",
    find: "addHere(merge, table, texts.source.tables.get(table.uid)!, scn)",
    replace: "addHere(merge, table, table.sql, scn)",
    player: "merges",
    among: ["tables"],
  },
  {
    name: "a computed column that comes may name a column that is gone",
    find: "if (merged.columns.some(({ name }) => !has(target, name))) tryText(file, merged);",
    replace: "void tryText;",
    player: "merges",
    among: ["retypes", "columns"],
  },
  {
    name: "a merge that brought nothing counts as a write of rows without a key",
    find: "return found.keylessWritten || [",
    replace: "return found.keyless || [",
    player: "merges",
    among: ["tables", "retypes"],
  },
  {
    name: "a reference that was broken before the merge counts against it",
    find: "if (nameBefore !== null) {",
    replace: "if (nameBefore !== null && false) {",
    player: "rows",
    among: ["children"],
  },
  {
    name: "a file that says what it was made from counts as unrelated",
    find: "...(request.from ? madeFrom(context, request.from, timeline, begin) : madeFromNothing(branches)),",
    replace: "...(void madeFrom, madeFromNothing(branches)),",
    player: "rows",
    among: ["children"],
  },
];
