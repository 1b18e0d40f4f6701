import { sameName } from "./names.js";
import { isName, isSymbol, isWord, nameOf, type Token, tokenize } from "./tokenize.js";

/** Whether a CREATE TABLE statement has the table's own name before a column, as in CHECK (t.a > 0). */
export function namesItself(sql: string): boolean {
  const tokens = tokenize(sql);
  const at = tokens.findIndex((token) => isWord(token, "TABLE")) + 1;
  return ownNames(tokens, at + 1, nameOf(tokens[at]!)).length > 0;
}

/**
 * A definition from a token on, with another name for its table where the name precedes a column. A schema before it
 * may stay: SQLite ignores it in a CHECK and in an index.
 */
export function renamedFrom(sql: string, tokens: readonly Token[], from: number, table: string, name: string): string {
  let text = "";
  let at = tokens[from]?.start ?? sql.length;
  for (const place of ownNames(tokens, from, table)) {
    text += sql.slice(at, tokens[place]!.start) + name;
    at = tokens[place]!.end;
  }
  return text + sql.slice(at);
}

/**
 * A CREATE TABLE statement whose columns don't have the table's name before them, so that its meaning does not depend
 * on that name.
 */
export function withoutOwnName(sql: string): string {
  const tokens = tokenize(sql);
  const table = tokens.findIndex((token) => isWord(token, "TABLE")) + 1;
  let text = "";
  let at = 0;
  for (const place of ownNames(tokens, table + 1, nameOf(tokens[table]!))) {
    const first = isSymbol(tokens[place - 1], ".") ? place - 2 : place;
    text += sql.slice(at, tokens[first]!.start);
    at = tokens[place + 2]!.start;
  }
  return text + sql.slice(at);
}

function ownNames(tokens: readonly Token[], from: number, table: string): number[] {
  return tokens.flatMap((token, i) => {
    const isTable = i >= from && isName(token) && isSymbol(tokens[i + 1], ".") && sameName(nameOf(token), table);
    // In `t.t.a` the first is a schema.
    return isTable && !isSymbol(tokens[i + 3], ".") ? [i] : [];
  });
}
