// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are texts of sources that hold templates.
import type { Mutation } from "./mutation.js";
import { PAST_MUTATIONS } from "./past-mutations.js";
import { SCHEMA_MUTATIONS } from "./schema-mutations.js";
import { TRANSACTION_MUTATIONS } from "./transaction-mutations.js";

/** Each of these has been, or could well have been, somebody's idea of how to do it. */
export const MUTATIONS: readonly Mutation[] = [
  ...SCHEMA_MUTATIONS,
  ...PAST_MUTATIONS,
  ...TRANSACTION_MUTATIONS,
  {
    name: "the mark is read from the table on opening, so that it falls",
    find: "return { mark: row?.mark ?? MIN_INT64, rows",
    replace: "return { mark: (table.withoutRowid ? null : this.topOf(table)) ?? MIN_INT64, rows",
    player: "rows",
  },
  {
    name: "candidates without the current row at a rowid",
    find: "if (now) add(keyOfRow(now.rowid, now.row), at);",
    replace: "void now; void keyOfRow;",
    player: "rows",
  },
  {
    name: "merges do not record what they looked at",
    find: "for (const key of plan.considered) consider.run(scn, plan.sides.table.uid, key);",
    replace: "void consider;",
    player: "rows",
  },
  {
    name: "no filter on old images above the mark",
    find: ": `k <= ${this.mark} AND k NOT IN (SELECT k FROM temp.${this.changed})`;\n    prepared(",
    replace: ": `k NOT IN (SELECT k FROM temp.${this.changed})`;\n    prepared(",
    player: "rows",
  },
  {
    name: "OR IGNORE in the capture triggers, which the caller's own conflict clause overrides",
    find: 'return `INSERT INTO ${logName(table)} (scn, ${logKey(table).join(", ")}, p)\n    SELECT _helios_scn, ${key.join(", ")}, 0 FROM ${CURRENT_SCN} WHERE true ${KEEP_FIRST}`;',
    replace:
      'return `INSERT OR IGNORE INTO ${logName(table)} (scn, ${logKey(table).join(", ")}, p)\n    SELECT _helios_scn, ${key.join(", ")}, 0 FROM ${CURRENT_SCN} WHERE true`;',
    player: "rows",
  },
  {
    name: "rows that REPLACE pushes out are not logged",
    find: "if (replaces && !hook.replace) {",
    replace: "if (replaces && hook.replace) {",
    player: "rows",
  },
  {
    name: "a merge looks for rows to displace after a statement that did",
    find: "this.setReplacing(false);\n    this.replaced = false;",
    replace: "this.replaced = false;",
    player: "rows",
    among: ["pairs", "derived", "codes"],
  },
  {
    name: "a key that changed is logged only where it was",
    find: "WHEN ${newKey[0]} IS NOT ${oldKey[0]} AND ${newKey[0]} <= ${mark} BEGIN",
    replace: "WHEN false AND ${newKey[0]} IS NOT ${oldKey[0]} AND ${newKey[0]} <= ${mark} BEGIN",
    player: "rows",
  },
  {
    name: "any common commit is taken for a merge base",
    find: "return shared.sort((x, y) => y.scn - x.scn);",
    replace: "return shared.sort((x, y) => x.scn - y.scn).slice(0, 1);",
    player: "rows",
  },
  {
    name: "of several merge bases only the newest counts",
    find: "return bases.reverse();",
    replace: "return bases.slice(0, 1);",
    player: "rows",
  },
  {
    name: "unique values that two rows exchange are updated one by one",
    find: "else if (this.changesUnique(unique, change.before, change.after)) {",
    replace: "else if (change.rowid === undefined && this.changesUnique(unique, change.before, change.after)) {",
    player: "rows",
  },
  {
    name: "retention takes no account of what merges need",
    find: "if (heads.length <= MOST_IN_PAIRS) yield* pinPairs(this.context, heads, pinned);",
    replace: "if (heads.length <= MOST_IN_PAIRS) void pinPairs;",
    player: "rows",
  },
  {
    name: "retention removes the newest mark before the horizon",
    find: '"uid = ? AND scn < ?", uid, newest',
    replace: '"uid = ? AND scn <= ?", uid, newest',
    player: "rows",
  },
  {
    name: "a restore leaves foreign keys on, so that rows which come back cascade",
    find: 'db.pragma("foreign_keys = OFF");\n  const scn = allocator.scn();',
    replace: "const scn = allocator.scn();",
    player: "rows",
  },
  {
    name: "a clone forgets a table that had been dropped and was brought back later",
    find: "const dead = deadAt(db, scn, then, [...stored.values()]);",
    replace: "const dead = deadAt(db, scn, then, []);",
    player: "schema",
  },
  {
    name: "rows without a key come before the old ones go",
    find: "    removeKeyless(sides, rows);\n    writer.apply(changes);\n  }\n  addKeyless(sides, rows);",
    replace:
      "    addKeyless(sides, rows);\n    removeKeyless(sides, rows);\n    writer.apply(changes);\n  }\n  if (sides.rebuild) addKeyless(sides, rows);",
    player: "rows",
  },
  {
    name: "children are looked up by what their own columns make of a value",
    find: "!comparesAlike(file.db, child, parent, key);",
    replace: "(void comparesAlike, false);",
    player: "rows",
  },
  {
    name: "AS OF holds for the other tables of the query too",
    find: "return tables.every(({ role, asOf, isExpression, isCall, name }) => {",
    replace: "return tables.some(({ role, asOf, isExpression, isCall, name }) => {",
    player: "rows",
  },
  {
    name: "names are folded beyond ASCII",
    find: 'export { foldName, sameName } from "@heliosdb/port";',
    replace:
      'export { sameName } from "@heliosdb/port";\nconst lower = (name: string): string => name.toLowerCase();\nexport { lower as foldName };',
    player: "rows",
  },
  {
    name: "a view that names main reads the present at a past point",
    find: "if (view) known.set(key, needsOf(textOf(view.sql), epoch));",
    replace: "void view; void textOf;",
    player: "rows",
  },
  {
    name: "a text of a table that names itself is not read for its name",
    find: 'return isTable && !isSymbol(tokens[i + 3], ".") ? [i] : [];',
    replace: "void isTable; return [];",
    player: "rows",
  },
  {
    name: "dropping a column logs no rows",
    find: "    file.capture.imageAll(target);\n",
    replace: "",
    player: "schema",
  },
];
