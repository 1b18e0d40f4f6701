// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are texts of sources that hold templates.
/** One way to break the engine: a text of a source file that occurs once, and what is put in its place. */
export interface Mutation {
  readonly name: string;
  /** Below src/. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The model that has to notice. */
  readonly model: "rows" | "schema";
}

/** Each of these has been, or could well have been, somebody's idea of how to do it. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: "the mark is read from the table on opening, so that it falls",
    file: "capture/capture.ts",
    find: "return { mark: row?.mark ?? LOWEST, rows",
    replace: "return { mark: (table.withoutRowid ? null : this.topOf(table)) ?? LOWEST, rows",
    model: "rows",
  },
  {
    name: "candidates without the current row at a rowid",
    file: "rows/candidates.ts",
    find: "if (now) add(keyOfRow(now.rowid, now.row), at);",
    replace: "void now; void keyOfRow;",
    model: "rows",
  },
  {
    name: "merges do not record what they looked at",
    file: "merge/merge.ts",
    find: "for (const key of plan.considered) touch.run(scn, plan.sides.table.uid, key);",
    replace: "void touch;",
    model: "rows",
  },
  {
    name: "no filter on old images above the mark",
    file: "past/shadow-table.ts",
    find: ": `k <= ${this.mark} AND k NOT IN (SELECT k FROM temp.${this.changed})`;\n    prepared(",
    replace: ": `k NOT IN (SELECT k FROM temp.${this.changed})`;\n    prepared(",
    model: "rows",
  },
  {
    name: "OR IGNORE in the capture triggers, which the caller's own conflict clause overrides",
    file: "capture/triggers.ts",
    find: 'return `INSERT INTO ${logName(table)} (scn, ${logKey(table).join(", ")}, p)\n    SELECT _helios_scn, ${key.join(", ")}, 0 FROM ${CURRENT_SCN} WHERE true ON CONFLICT DO NOTHING`;',
    replace:
      'return `INSERT OR IGNORE INTO ${logName(table)} (scn, ${logKey(table).join(", ")}, p)\n    SELECT _helios_scn, ${key.join(", ")}, 0 FROM ${CURRENT_SCN} WHERE true`;',
    model: "rows",
  },
  {
    name: "rows that REPLACE pushes out are not logged",
    file: "capture/capture.ts",
    find: "if (replaces && !hook.replace) {",
    replace: "if (replaces && hook.replace) {",
    model: "rows",
  },
  {
    name: "a key that changed is logged only where it was",
    file: "capture/triggers.ts",
    find: "WHEN ${newKey[0]} IS NOT ${oldKey[0]} AND ${newKey[0]} <= ${mark} BEGIN",
    replace: "WHEN false AND ${newKey[0]} IS NOT ${oldKey[0]} AND ${newKey[0]} <= ${mark} BEGIN",
    model: "rows",
  },
  {
    name: "any common commit is taken for a merge base",
    file: "lineage/merge-bases.ts",
    find: "return newest.sort((x, y) => x.scn - y.scn);",
    replace: "void newest; return shared.sort((x, y) => x.scn - y.scn).slice(0, 1);",
    model: "rows",
  },
  {
    name: "of several merge bases only the newest counts",
    file: "lineage/merge-bases.ts",
    find: "return newest.sort((x, y) => x.scn - y.scn);",
    replace: "return newest.sort((x, y) => x.scn - y.scn).slice(-1);",
    model: "rows",
  },
  {
    name: "unique values that two rows exchange are updated one by one",
    file: "merge/rows/table-writer.ts",
    find: "else if (this.changesUnique(unique, change.before, change.after)) {",
    replace: "else if (change.rowid === undefined && this.changesUnique(unique, change.before, change.after)) {",
    model: "rows",
  },
  {
    name: "retention takes no account of what merges need",
    file: "retention/pins.ts",
    find: "if (heads.length <= MOST_IN_PAIRS) yield* pinPairs(this.context, heads, pinned);",
    replace: "if (heads.length <= MOST_IN_PAIRS) void pinPairs;",
    model: "rows",
  },
  {
    name: "retention removes the newest mark before the horizon",
    file: "retention/prune.ts",
    find: '"uid = ? AND scn < ?", uid, newest',
    replace: '"uid = ? AND scn <= ?", uid, newest',
    model: "rows",
  },
  {
    name: "a restore leaves foreign keys on, so that rows which come back cascade",
    file: "restore/restore.ts",
    find: 'db.pragma("foreign_keys = OFF");',
    replace: "",
    model: "rows",
  },
  {
    name: "a clone forgets a table that had been dropped and was brought back later",
    file: "past/rewind.ts",
    find: "const dead = deadAt(db, scn, then, [...stored.values()]);",
    replace: "const dead = deadAt(db, scn, then, []);",
    model: "schema",
  },
  {
    name: "rows without a key come before the old ones go",
    file: "merge/rows/merge-table.ts",
    find: "    removeLoose(sides, keyless);\n    writer.apply(changes);\n  }\n  addLoose(sides, keyless);",
    replace:
      "    addLoose(sides, keyless);\n    removeLoose(sides, keyless);\n    writer.apply(changes);\n  }\n  if (sides.rebuild) addLoose(sides, keyless);",
    model: "rows",
  },
  {
    name: "children are looked up by what their own columns make of a value",
    file: "merge/rows/foreign-keys.ts",
    find: "!comparesAlike(file.db, child, parent, key);",
    replace: "(void comparesAlike, false);",
    model: "rows",
  },
  {
    name: "AS OF holds for the other tables of the query too",
    file: "query/query-as-of.ts",
    find: "return tables.every(({ role, asOf, isExpression, isCall, name }) => {",
    replace: "return tables.some(({ role, asOf, isExpression, isCall, name }) => {",
    model: "rows",
  },
  {
    name: "names are folded beyond ASCII",
    file: "sql/names.ts",
    find: 'export { foldName, sameName } from "@heliosdb/port";',
    replace:
      'export { sameName } from "@heliosdb/port";\nconst lower = (name: string): string => name.toLowerCase();\nexport { lower as foldName };',
    model: "rows",
  },
  {
    name: "a view that names main reads the present at a past point",
    file: "schema/needs-tables.ts",
    find: "if (view) known.set(key, needsOf(textOf(view.sql), epoch));",
    replace: "void view; void textOf;",
    model: "rows",
  },
  {
    name: "a text of a table that names itself is not read for its name",
    file: "sql/own-name.ts",
    find: 'return isTable && !isSymbol(tokens[i + 3], ".") ? [i] : [];',
    replace: "void isTable; return [];",
    model: "rows",
  },
  {
    name: "dropping a column logs no rows",
    file: "write/ddl.ts",
    find: "    file.capture.imageAll(target);\n",
    replace: "",
    model: "schema",
  },
];
