import { isName, isSymbol, isWord, nameOf, tokenize } from "./tokenize.js";

export interface IndexColumn {
  readonly name: string;
  readonly descending: boolean;
}

/**
 * The columns of an index, from its CREATE INDEX statement. Null if the index does not contain every row by its plain
 * columns: because of expressions, a WHERE clause, or another collation.
 */
export function indexColumns(sql: string): readonly IndexColumn[] | null {
  const tokens = tokenize(sql);
  const on = tokens.findIndex((token, i) => i > 1 && isWord(token, "ON"));
  const open = tokens.findIndex((token, i) => i > on && isSymbol(token, "("));
  const columns: IndexColumn[] = [];
  for (let i = open + 1; ; i++) {
    const name = tokens[i];
    if (!isName(name)) return null;
    const direction = isWord(tokens[i + 1], "ASC", "DESC") ? tokens[++i]!.value : "ASC";
    columns.push({ name: nameOf(name), descending: direction === "DESC" });
    const end = tokens[++i];
    if (isSymbol(end, ",")) continue;
    return isSymbol(end, ")") && i === tokens.length - 1 ? columns : null;
  }
}
