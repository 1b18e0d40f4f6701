import { HeliosError } from "@heliosdb/port";
import { foldName, isReserved } from "./names.js";
import { isName, isSymbol, isWord, nameOf, type Token, tokenize } from "./tokenize.js";

/** query: cannot write. dml: writes rows. ddl: changes the schema. maintenance: ANALYZE and REINDEX. */
export type StatementKind = "query" | "dml" | "ddl" | "maintenance";

export interface ParsedStatement {
  readonly sql: string;
  readonly tokens: readonly Token[];
  readonly kind: StatementKind;
  /** The main verb, with the kind of object for DDL: INSERT, CREATE_TABLE, ALTER_TABLE, … */
  readonly type: string;
  /** Its placeholders, in order. */
  readonly parameters: readonly Token[];
  /** REPLACE as a conflict clause stands somewhere in it. */
  readonly replaces: boolean;
}

/** Read-only PRAGMAs that describe tables and nothing outside the branch. */
const PRAGMAS = new Set([
  "table_info",
  "table_xinfo",
  "index_list",
  "index_info",
  "index_xinfo",
  "foreign_key_list",
  "foreign_key_check",
]);

const TRANSACTION = ["BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"];
const DDL_OBJECTS = ["TABLE", "INDEX", "VIEW", "TRIGGER"];

export interface StatementRules {
  /** It is the engine's own text, around parts of a user's that have been checked: it may use the engine's names. */
  readonly ownNames?: boolean;
}

/**
 * Tokenizes one statement, tells what it is, and refuses what reaches outside the branch or under the engine.
 * The checks stand on tokens, before anything is prepared, so that no quoting or comment gets round them.
 */
export function parseStatement(sql: string, { ownNames = false }: StatementRules = {}): ParsedStatement {
  const tokens = tokenize(sql);
  while (isSymbol(tokens.at(-1), ";")) tokens.pop();
  const first = tokens[0];
  if (!first) throw new HeliosError("MULTIPLE_STATEMENTS", "There is no statement in the SQL: send one.");
  if (!ownNames) refuseReserved(tokens);
  refuseVerb(tokens);
  if (splitsInTwo(tokens)) {
    throw new HeliosError("MULTIPLE_STATEMENTS", "Send one statement at a time.");
  }
  refuseReach(tokens);
  const { kind, type } = classify(tokens);
  refuseSystemWrites(tokens, kind);
  const text = tokens.at(-1)!.end === sql.length ? sql : sql.slice(0, tokens.at(-1)!.end);
  return {
    sql: text,
    tokens,
    kind,
    type,
    parameters: tokens.filter((token) => token.kind === "parameter"),
    replaces: tokens.some((token, i) => isReplace(token, tokens[i + 1])),
  };
}

/** True where REPLACE is a conflict clause or the verb, not the function replace(…). */
export function isReplace(token: Token, next: Token | undefined): boolean {
  return isWord(token, "REPLACE") && !isSymbol(next, "(");
}

function refuseReserved(tokens: readonly Token[]): void {
  for (const token of tokens) {
    if (token.kind === "symbol" || token.kind === "number" || token.kind === "blob") continue;
    if (isReserved(token.value)) {
      throw notAllowed("names that begin with _helios_ belong to the engine; pass such data as a parameter");
    }
  }
}

function refuseVerb(tokens: readonly Token[]): void {
  const verb = tokens[0]!;
  if (verb.kind !== "word") throw syntax(verb);
  if (TRANSACTION.includes(verb.value)) {
    throw new HeliosError(
      "TRANSACTION_CONTROL",
      `${verb.value} can't stand alone: each call is a transaction of its own; send several statements as one batch.`,
    );
  }
  if (isWord(verb, "ATTACH", "DETACH")) throw notAllowed(`${verb.value} reaches outside the branch`);
  if (isWord(verb, "VACUUM")) throw notAllowed("VACUUM would renumber rows under their history");
}

/** A semicolon ends a statement, save inside the body of a CREATE TRIGGER, which ends with END. */
function splitsInTwo(tokens: readonly Token[]): boolean {
  const semicolon = tokens.findIndex((token) => isSymbol(token, ";"));
  if (semicolon < 0) return false;
  if (!isCreateTrigger(tokens)) return true;
  let depth = 0;
  const begin = tokens.findIndex((token) => isWord(token, "BEGIN"));
  if (begin < 0 || begin > semicolon) return true;
  for (let i = begin; i < tokens.length; i++) {
    if (isWord(tokens[i], "BEGIN", "CASE") && !isSymbol(tokens[i - 1], ".")) depth++;
    else if (isWord(tokens[i], "END") && !isSymbol(tokens[i - 1], ".") && --depth === 0) return i < tokens.length - 1;
  }
  return false;
}

function isCreateTrigger(tokens: readonly Token[]): boolean {
  return isWord(tokens[0], "CREATE") && tokens.slice(1, 3).some((token) => isWord(token, "TRIGGER"));
}

function refuseReach(tokens: readonly Token[]): void {
  tokens.forEach((token, i) => {
    const next = tokens[i + 1];
    const name = foldName(token.value);
    if (isSymbol(next, "(") && isName(token)) {
      if (name === "load_extension") throw notAllowed("load_extension() loads code");
      if (name.startsWith("pragma_") && !PRAGMAS.has(name.slice(7))) throw notAllowed(`${name}() is not readable here`);
    }
    if (token.kind !== "symbol" && name.startsWith("pragma_") && !PRAGMAS.has(name.slice(7))) {
      throw notAllowed(`${name} is not readable here`);
    }
    if (isSymbol(next, ".") && !isSymbol(tokens[i - 1], ".") && token.kind !== "symbol") {
      if (name === "temp" || name === "temporary")
        throw notAllowed("temporary objects outlive the call on a shared connection");
    }
  });
  if (isWord(tokens[0], "CREATE") && isWord(tokens[1], "TEMP", "TEMPORARY")) {
    throw notAllowed("temporary objects outlive the call on a shared connection");
  }
}

function classify(tokens: readonly Token[]): { kind: StatementKind; type: string } {
  const verb = tokens[0]!.value;
  switch (verb) {
    case "SELECT":
    case "VALUES":
      return { kind: "query", type: verb };
    case "EXPLAIN":
      return { kind: "query", type: "EXPLAIN" };
    case "PRAGMA":
      return classifyPragma(tokens);
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

function classifyPragma(tokens: readonly Token[]): { kind: StatementKind; type: string } {
  const named = isSymbol(tokens[2], ".") ? tokens[3] : tokens[1];
  const name = named && isName(named) ? foldName(nameOf(named)) : "";
  if (!PRAGMAS.has(name) || tokens.some((token) => isSymbol(token, "="))) {
    throw notAllowed(`PRAGMA ${name || "…"} is not among those that can be read: ${[...PRAGMAS].join(", ")}`);
  }
  return { kind: "query", type: "PRAGMA" };
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
  const verb = tokens[0]!.value;
  const object = tokens.slice(1, 3).find((token) => isWord(token, ...DDL_OBJECTS));
  if (tokens.slice(1, 2).some((token) => isWord(token, "VIRTUAL"))) {
    throw new HeliosError(
      "TABLE_NOT_VERSIONED",
      "Virtual tables take no triggers, so their history can't be kept: use an ordinary table.",
    );
  }
  if (!object) throw syntax(tokens[1] ?? tokens[0]!);
  return { kind: "ddl", type: `${verb}_${object.value}` };
}

/** Rows of sqlite_sequence and the like are the engine's to keep; SQLite itself lets some of them be written. */
function refuseSystemWrites(tokens: readonly Token[], kind: StatementKind): void {
  if (kind === "query") return;
  tokens.forEach((token, i) => {
    if (!/^sqlite_/i.test(token.value) || token.kind === "number" || token.kind === "symbol") return;
    let before = i - 1;
    if (isSymbol(tokens[before], ".")) before -= 2;
    const previous = tokens[before];
    const isTarget =
      isWord(previous, "INTO", "UPDATE", "TABLE", "ON") ||
      (isWord(previous, "FROM") && isWord(tokens[before - 1], "DELETE")) ||
      (previous?.kind === "word" && isWord(tokens[before - 1], "OR") && isWord(tokens[before - 2], "UPDATE"));
    if (isTarget) throw notAllowed(`${token.text} is kept by SQLite itself`);
  });
}

function notAllowed(why: string): HeliosError {
  return new HeliosError("SQL_NOT_ALLOWED", `This statement is not allowed: ${why}.`);
}

function syntax(token: Token): HeliosError {
  return new HeliosError("INVALID_SQL", `near "${token.text}": syntax error`, { offset: token.start });
}
