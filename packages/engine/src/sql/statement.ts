import { HeliosError } from "@heliosdb/port";
import { guard, guardVerb } from "./guard.js";
import { findReferences, type References } from "./references.js";
import { isSymbol, isWord, type Token, tokenize } from "./tokenize.js";

/** query: cannot write. dml: writes rows. ddl: changes the schema. maintenance: ANALYZE and REINDEX. */
export type StatementKind = "query" | "dml" | "ddl" | "maintenance";

export interface ParsedStatement {
  readonly sql: string;
  readonly tokens: readonly Token[];
  readonly kind: StatementKind;
  /** The main verb, with the kind of object for DDL: INSERT, CREATE_TABLE, ALTER_TABLE, … */
  readonly type: string;
  /** The kind of the statement behind EXPLAIN, or null. */
  readonly explains: StatementKind | null;
  readonly references: References;
  /** Its placeholders, in order. */
  readonly parameters: readonly Token[];
  /** It contains REPLACE as a conflict clause. */
  readonly replaces: boolean;
}

const DDL_OBJECTS = ["TABLE", "INDEX", "VIEW", "TRIGGER"];

export interface StatementRules {
  /** It is the engine's own text around checked parts of a user's, so it may use the engine's names. */
  readonly ownNames?: boolean;
}

/**
 * Tokenizes one statement, classifies it, and refuses SQL that reaches outside the branch or into the engine's own
 * tables. The checks work on tokens, before anything is prepared, so that no quoting or comment can evade them.
 */
export function parseStatement(sql: string, { ownNames = false }: StatementRules = {}): ParsedStatement {
  const tokens = tokenize(sql);
  while (isSymbol(tokens.at(-1), ";")) tokens.pop();
  if (!tokens[0]) throw new HeliosError("MULTIPLE_STATEMENTS", "The SQL contains no statement. Send one statement.");
  const isExplain = isWord(tokens[0], "EXPLAIN");
  const isPlan = isExplain && isWord(tokens[1], "QUERY") && isWord(tokens[2], "PLAN");
  const body = isExplain ? tokens.slice(isPlan ? 3 : 1) : tokens;
  const verb = body[0] ?? tokens[0];
  if (verb.kind !== "word" || isWord(verb, "EXPLAIN")) throw syntax(verb);
  guardVerb(body, isExplain);
  if (splitsInTwo(body))
    throw new HeliosError(
      "MULTIPLE_STATEMENTS",
      "Expected one statement, got several. Send them one at a time, or as a batch.",
    );
  const references = findReferences(body);
  if (!ownNames) guard(references, body);
  const { kind, type } = classify(body);
  const text = tokens.at(-1)!.end === sql.length ? sql : sql.slice(0, tokens.at(-1)!.end);
  return {
    sql: text,
    tokens,
    ...(isExplain ? { kind: "query", type: "EXPLAIN", explains: kind } : { kind, type, explains: null }),
    references,
    parameters: tokens.filter((token) => token.kind === "parameter"),
    replaces: body.some((token, i) => isReplace(token, body[i + 1])),
  };
}

/** True where REPLACE is a conflict clause or the verb, not the function replace(…). */
export function isReplace(token: Token, next: Token | undefined): boolean {
  return isWord(token, "REPLACE") && !isSymbol(next, "(");
}

/**
 * A semicolon ends a statement, except inside the body of a CREATE TRIGGER. No statement in the body begins with END,
 * so the body ends with the first END after a semicolon, whatever columns are called.
 */
function splitsInTwo(tokens: readonly Token[]): boolean {
  const isTrigger = isWord(tokens[0], "CREATE") && isWord(tokens[1], "TRIGGER");
  const end = isTrigger
    ? tokens.findIndex((token, i) => isWord(token, "END") && isSymbol(tokens[i - 1], ";"))
    : tokens.findIndex((token) => isSymbol(token, ";"));
  return end >= 0 && (!isTrigger || end < tokens.length - 1);
}

function classify(tokens: readonly Token[]): { kind: StatementKind; type: string } {
  const verb = tokens[0]!.value;
  switch (verb) {
    case "SELECT":
    case "VALUES":
    case "PRAGMA":
      return { kind: "query", type: verb };
    case "INSERT":
    case "UPDATE":
    case "DELETE":
      return { kind: "dml", type: verb };
    case "REPLACE":
      return { kind: "dml", type: "INSERT" };
    case "WITH":
      return classifyWith(tokens);
    case "CREATE":
    case "DROP":
    case "ALTER":
      return classifyDdl(tokens);
    case "ANALYZE":
    case "REINDEX":
      return { kind: "maintenance", type: verb };
    default:
      throw syntax(tokens[0]!);
  }
}

/** The verb after the common table expressions: the first one outside parentheses. */
function classifyWith(tokens: readonly Token[]): { kind: StatementKind; type: string } {
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    if (isSymbol(token, "(")) depth++;
    else if (isSymbol(token, ")")) depth--;
    // A verb follows the closing parenthesis of the last expression; a table named "replace" does not.
    else if (depth === 0 && i > 0 && isSymbol(tokens[i - 1], ")")) {
      if (isWord(token, "SELECT", "VALUES")) return { kind: "query", type: "SELECT" };
      if (isWord(token, "INSERT", "UPDATE", "DELETE")) return { kind: "dml", type: token.value };
      if (isWord(token, "REPLACE")) return { kind: "dml", type: "INSERT" };
    }
  }
  throw new HeliosError("INVALID_SQL", "WITH is not followed by SELECT, INSERT, UPDATE or DELETE.");
}

function classifyDdl(tokens: readonly Token[]): { kind: StatementKind; type: string } {
  const object = tokens.slice(1, 3).find((token) => isWord(token, ...DDL_OBJECTS));
  if (!object) throw syntax(tokens[1] ?? tokens[0]!);
  return { kind: "ddl", type: `${tokens[0]!.value}_${object.value}` };
}

function syntax(token: Token): HeliosError {
  return new HeliosError("INVALID_SQL", `near "${token.text}": syntax error`, { offset: token.start });
}
