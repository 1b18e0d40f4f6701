import { foldName, sameName } from "../sql/names.js";
import { findReferences, type References } from "../sql/references.js";
import { isName, isSymbol, isWord, nameOf, type Token, tokenize } from "../sql/tokenize.js";
import { type Epoch, findView } from "./model.js";

/** The features used by a query that shadows lack. */
export interface Needs {
  /**
   * The rowid, or an index by name. It may belong to any of the tables, so all of them must be real tables in a file.
   */
  readonly tables: boolean;
  /** SQLite's own tables and PRAGMA. */
  readonly catalog: boolean;
  /** Names qualified with the file's schema: `main.t`. */
  readonly main: boolean;
}

export type Text = { readonly tokens: readonly Token[]; readonly references: References };

const NOTHING: Needs = { tables: false, catalog: false, main: false };
const OF_TABLES: ReadonlySet<string> = new Set(["rowid", "oid", "_rowid_", "indexed", "match"]);
const views = new WeakMap<Epoch, Map<string, Needs>>();

/** The needs of a query and of the views that it reads. */
export function needsOf({ tokens, references }: Text, epoch: Epoch): Needs {
  const through = references.tables.map(({ name }) => viewNeeds(name, epoch));
  const needs = (kind: keyof Needs) => through.some((each) => each[kind]);
  return {
    tables: needs("tables") || tokens.some((token) => isName(token) && OF_TABLES.has(foldName(nameOf(token)))),
    catalog:
      needs("catalog") ||
      isWord(tokens[0], "PRAGMA") ||
      references.tables.some(({ name }) => /^(sqlite|pragma)_/i.test(name)),
    main:
      needs("main") ||
      tokens.some((token, i) => isName(token) && isSymbol(tokens[i + 1], ".") && sameName(nameOf(token), "main")),
  };
}

/** A view's definition without the name that it defines. */
export function textOf(sql: string): Text {
  const tokens = tokenize(sql);
  const references = findReferences(tokens);
  return { tokens, references: { ...references, tables: references.tables.slice(1) } };
}

function viewNeeds(name: string, epoch: Epoch): Needs {
  let known = views.get(epoch);
  if (!known) {
    known = new Map();
    views.set(epoch, known);
  }
  const key = foldName(name);
  const found = known.get(key);
  if (found) return found;
  // Set before its definition is read: a view that reads itself is an error that SQLite reports.
  known.set(key, NOTHING);
  const view = findView(epoch, name);
  if (view) known.set(key, needsOf(textOf(view.sql), epoch));
  return known.get(key)!;
}
