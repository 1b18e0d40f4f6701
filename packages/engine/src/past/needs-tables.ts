import { type Epoch, findView } from "../schema/model.js";
import { foldName, sameName } from "../sql/names.js";
import { findReferences, type References } from "../sql/references.js";
import { isName, isSymbol, isWord, nameOf, type Token, tokenize } from "../sql/tokenize.js";

/** Names that only a table in a file has: its rowid, its indexes, its place in the file. */
const OF_TABLES: ReadonlySet<string> = new Set(["rowid", "oid", "_rowid_", "indexed", "match"]);

/** What a text reads that shadows can't answer. */
export interface Needs {
  /** The rowid, an index by name: of any of its tables, so all of them must be tables in a file. */
  readonly tables: boolean;
  /** What goes by the name of the file itself: `main.t`, SQLite's own tables, PRAGMA. */
  readonly file: boolean;
}

type Text = { readonly tokens: readonly Token[]; readonly references: References };

const known = new WeakMap<Epoch, Map<string, Needs>>();

/** What a query needs, itself and through the views that it reads. */
export function needsOf({ tokens, references }: Text, epoch: Epoch): Needs {
  const through = references.tables.map(({ name }) => viewNeeds(name, epoch));
  return {
    tables: through.some(({ tables }) => tables) || tokens.some(isOfTable),
    file: through.some(({ file }) => file) || readsFile({ tokens, references }),
  };
}

function viewNeeds(name: string, epoch: Epoch): Needs {
  let views = known.get(epoch);
  if (!views) {
    views = new Map();
    known.set(epoch, views);
  }
  const key = foldName(name);
  const found = views.get(key);
  if (found) return found;
  const none = { tables: false, file: false };
  const view = findView(epoch, name);
  // Set first: a view that reads itself is an error that SQLite will tell.
  views.set(key, none);
  if (!view) return none;
  const tokens = tokenize(view.sql);
  const { tables, ...others } = findReferences(tokens);
  const needs = needsOf({ tokens, references: { ...others, tables: tables.slice(1) } }, epoch);
  views.set(key, needs);
  return needs;
}

function isOfTable(token: Token): boolean {
  return isName(token) && OF_TABLES.has(foldName(nameOf(token)));
}

function readsFile({ tokens, references }: Text): boolean {
  if (isWord(tokens[0], "PRAGMA")) return true;
  if (references.tables.some(({ name }) => /^(sqlite|pragma)_/i.test(name))) return true;
  return tokens.some((token, i) => isName(token) && isSymbol(tokens[i + 1], ".") && sameName(nameOf(token), "main"));
}
