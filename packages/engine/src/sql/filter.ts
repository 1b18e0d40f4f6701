import { HeliosError } from "@heliosdb/port";
import { hasAsOf } from "./as-of-clause.js";
import { guard } from "./guard.js";
import { ident, isReserved } from "./names.js";
import { findReferences } from "./references.js";
import { isName, isSymbol, isWord, nameOf, type Token, tokenize } from "./tokenize.js";

export const MAX_FILTER_LENGTH = 16_384;

/** Extra rules for a filter. */
export interface FilterRules {
  /** It may read only the row's own table. */
  readonly ownTableOnly?: boolean;
}

/**
 * A filter as the text of a WHERE clause, or null if it is empty. It must be one expression: it must tokenize, balance
 * its own parentheses, and contain no `;` and no parameter. It is put inside parentheses on a separate line, so that no
 * comment or bracket in it can reach the rest of the statement.
 */
export function whereClause(filter: string | undefined, rules: FilterRules = {}): string | null {
  if (filter === undefined) return null;
  if (filter.length > MAX_FILTER_LENGTH) throw invalid(`expected at most ${MAX_FILTER_LENGTH} characters`);
  const tokens = readTokens(filter);
  if (tokens.length === 0) return null;
  if (rules.ownTableOnly) refuseOtherTables(tokens);
  if (hasAsOf(tokens)) throw invalid("it contains AS OF, which is only for queries");
  guard(findReferences(tokens), tokens, invalid);
  let depth = 0;
  for (const token of tokens) {
    if (isSymbol(token, ";")) throw invalid("it contains a semicolon; expected one expression");
    if (token.kind === "parameter") throw invalid(`it contains the parameter ${token.text}; write the value instead`);
    if (isName(token) && isReserved(token.value)) throw invalid(`${token.text} is a reserved name`);
    if (isSymbol(token, "(")) depth++;
    if (isSymbol(token, ")") && --depth < 0) throw invalid("it has a closing parenthesis without an opening one");
  }
  if (depth !== 0) throw invalid("it has an opening parenthesis without a closing one");
  if (/\/\*(?!.*\*\/)/s.test(withoutTokens(filter, tokens))) throw invalid("it contains a comment that never ends");
  return `(\n${filter}\n)`;
}

/** Like whereClause, but an empty filter is an error, so that a lost filter never changes every row. */
export function requiredWhereClause(filter: string, rules?: FilterRules): string {
  const clause = whereClause(filter, rules);
  if (clause === null) {
    throw new HeliosError("FILTER_REQUIRED", 'The filter is empty. To mean all rows, send {"filter": "true"}.');
  }
  return clause;
}

/**
 * An expression can reach another table by a subquery (which begins with SELECT, VALUES or WITH), by `IN table`, or by
 * AS OF. A quoted word is a name and never one of these.
 */
function refuseOtherTables(tokens: readonly Token[]): void {
  tokens.forEach((token, i) => {
    const next = tokens[i + 1];
    const subquery = isWord(token, "SELECT", "VALUES", "WITH");
    const inTable = isWord(token, "IN") && !(next && isSymbol(next, "("));
    const inThePast = isWord(token, "AS") && isWord(next, "OF");
    if (!subquery && !inTable && !inThePast) return;
    throw new HeliosError(
      "SQL_NOT_ALLOWED",
      `The filter contains "${inThePast ? "AS OF" : token.value}" (character ${token.start + 1}), which can read other tables. These credentials are limited to certain tables.`,
    );
  });
}

/** Comma-separated column names, quoted or bare. */
export function columnNames(list: string): string[] {
  return items(list, "columns").map(([token, ...rest]) => {
    if (!isName(token) || rest.length > 0)
      throw invalid(`expected names separated by commas, got "${list}"`, "columns");
    return nameOf(token);
  });
}

/** A column to sort by; `nulls` is null for SQLite's own order of NULLs. */
export interface NamedTerm {
  readonly name: string;
  readonly descending: boolean;
  readonly nulls: "FIRST" | "LAST" | null;
}

/** `name [ASC|DESC] [NULLS FIRST|LAST]`, comma-separated. */
export function orderTerms(list: string): NamedTerm[] {
  return items(list, "order_by").map((tokens) => {
    const [name, ...rest] = tokens;
    if (!isName(name)) throw invalid(`expected names separated by commas, got "${list}"`, "order_by");
    const direction = isWord(rest[0], "ASC", "DESC") ? rest.shift()!.value : "ASC";
    let nulls: NamedTerm["nulls"] = null;
    if (isWord(rest[0], "NULLS") && isWord(rest[1], "FIRST", "LAST")) {
      nulls = rest[1]!.value as "FIRST" | "LAST";
      rest.splice(0, 2);
    }
    if (rest.length > 0)
      throw invalid(
        `expected for each column a name, then ASC or DESC, then NULLS FIRST or NULLS LAST, got "${list}"`,
        "order_by",
      );
    return { name: nameOf(name), descending: direction === "DESC", nulls };
  });
}

/** The text of an ORDER BY clause with these terms. */
export function orderByClause(terms: readonly NamedTerm[]): string {
  return terms
    .map(({ name, descending, nulls }) => `${ident(name)}${descending ? " DESC" : ""}${nulls ? ` NULLS ${nulls}` : ""}`)
    .join(", ");
}

function items(list: string, what: string): Token[][] {
  const result: Token[][] = [[]];
  for (const token of readTokens(list, what)) {
    if (isSymbol(token, ",")) result.push([]);
    else result.at(-1)!.push(token);
  }
  if (result.some((item) => item.length === 0)) throw invalid(`a name is missing in "${list}"`, what);
  return result;
}

function readTokens(text: string, what = "filter"): Token[] {
  try {
    return tokenize(text);
  } catch (error) {
    throw invalid(error instanceof HeliosError ? error.message.replace(/\.$/, "") : String(error), what);
  }
}

/** The text between the tokens: white space and comments. */
function withoutTokens(text: string, tokens: readonly Token[]): string {
  let from = 0;
  let rest = "";
  for (const token of tokens) {
    rest += text.slice(from, token.start);
    from = token.end;
  }
  return rest + text.slice(from);
}

function invalid(why: string, what = "filter"): HeliosError {
  return new HeliosError("INVALID_FILTER", `Invalid ${what}: ${why}.`);
}
