// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are texts of sources that hold templates.
import type { Mutation } from "./mutation.js";

/** How the past was read wrongly, and values and names taken for others. */
export const PAST_MUTATIONS: readonly Mutation[] = [
  {
    name: "a view that reads the rowid is read over shadows",
    find: 'tables: needs("tables") || tokens.some(',
    replace: "tables: tokens.some(",
    player: "rows",
    among: ["checked"],
  },
  {
    name: "as many copies are attached as there are",
    find: "for (const [scn, copy] of copies.slice(0, MOST_ATTACHED)) {",
    replace: "for (const [scn, copy] of copies) {",
    player: "rows",
  },
  {
    name: "a copy of the present is not read where a moment is later",
    find: "(isLast || !isKept || needsCopy(views, location, parsed, rest.scn))",
    replace: "(isLast || !isKept || (void needsCopy, false))",
    player: "rows",
    among: ["checked"],
  },
  {
    name: "the horizon is looked at when a state is named and not when it is read",
    find: "requireHistory(this.commits, this.scn);",
    replace: "void this.scn;",
    player: "rows",
  },
  {
    name: "a table at a point in time has a name that a user may have given",
    find: ": `_helios_at_${this.made.size}`;",
    replace: ': /^\\w+$/.test(name) ? `"${name}@${scn}"` : `_helios_at_${this.made.size}`;',
    player: "rows",
    among: ["ints@6"],
  },
  {
    name: "no parameter stands behind AS OF",
    find: 'value?.kind === "number" || value?.kind === "string" || value?.kind === "parameter"',
    replace: 'value?.kind === "number" || value?.kind === "string"',
    player: "rows",
  },
  {
    name: "texts that are no UTF-8 pass through JavaScript as they come",
    find: 'return row.some(mayBeBroken) && one(this.db, "PRAGMA encoding") === "UTF-8";',
    replace: "return false && row.some(mayBeBroken);",
    player: "rows",
  },
  {
    name: "the name of a text of a query is judged where it is a value",
    find: "const why = whyNotTable(table, tokens);",
    replace:
      'const why = tokens.some(({ value }) => /^pragma_/i.test(value)) ? "a pragma" : whyNotTable(table, tokens);',
    player: "rows",
    among: ["begin"],
  },
  {
    name: "a word END ends the body of a trigger",
    find: '? tokens.findIndex((token, i) => isWord(token, "END") && isSymbol(tokens[i - 1], ";"))',
    replace: '? tokens.findIndex((token, i) => isWord(token, "END"))',
    player: "rows",
    among: ["begin"],
  },
  {
    name: "any unique column says which row an upsert means",
    find: 'sql: `${onConflict === "ignore" ? ignoring : into} RETURNING ${returned}`,',
    replace:
      'sql: `${onConflict === "ignore" ? ignoring : onConflict === "update" && names.length > 0 ? `${into} ON CONFLICT DO UPDATE SET ${names.map((name) => `${ident(name)} = excluded.${ident(name)}`).join(", ")}` : into} RETURNING ${returned}`,',
    player: "rows",
    among: ["given"],
  },
  {
    name: "an upsert asks for all that a new row needs",
    find: 'update: onConflict === "update" ? updateByKey(table, row, returned) : null,',
    replace: "update: (void updateByKey, null),",
    player: "rows",
    among: ["given"],
  },
  {
    name: "a query that makes a table takes no parameters",
    find: "file.db.prepare(statement.sql).run(bound),\n  );\n}",
    replace: "(void bound, file.db.prepare(statement.sql).run()),\n  );\n}",
    player: "schema",
  },
  {
    name: "what a reader knew of before retention removed it is an error of the storage",
    find: "if (attempt === MOST_ATTEMPTS || !isMissing || !this.refresh()) throw error;",
    replace: "if (error) throw error;",
    player: "rows",
  },
  {
    name: "the engine's tables are listed",
    find: "if (!isRead(parsed) || !needsOf(parsed, epoch).catalog) return parsed;",
    replace: "if (!isRead(parsed) || needsOf(parsed, epoch)) return parsed;",
    player: "definitions",
  },
];
