import { HeliosError } from "@heliosdb/port";
import { isTableName } from "./keywords.js";
import { foldName, isReserved } from "./names.js";
import type { Reference, References } from "./references.js";
import { READABLE_PRAGMAS, REPORTING_PRAGMAS, sqliteNames } from "./sqlite-names.js";
import { isName, isSymbol, isWord, nameOf, type Token } from "./tokenize.js";

const RESERVED_NAMES = "names that begin with _helios_ are reserved";
const TEMPORARY_OBJECTS = "temporary objects would outlive the request on a shared connection";
const TRANSACTION = ["BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"];

/** Makes the error from the reason. */
type Refuse = (why: string) => HeliosError;

/**
 * Refuses SQL that reaches outside the branch or into the engine's own tables. Statements, expressions and schema
 * definitions are judged by the same rules, so anything that is refused alone is refused everywhere.
 */
export function guard(references: References, tokens: readonly Token[], refuse: Refuse = notAllowed): void {
  const { tables, functions, collations } = references;
  for (const table of tables) {
    const why = whyNotTable(table, tokens);
    if (why !== null) throw refuse(why);
  }
  for (const token of functions) {
    const name = foldName(nameOf(token));
    if (sqliteNames().functions.has(name)) throw refuse(`${name}() reaches outside the database`);
  }
  for (const token of collations) {
    // SQLite notices this only when it compares values: until then the table could be made, but not copied.
    if (!sqliteNames().collations.has(foldName(nameOf(token)))) {
      throw new HeliosError("SQL_NAME_NOT_FOUND", `no such collation sequence: ${nameOf(token)}`);
    }
  }
}

/** The same for a statement's verb, which may follow EXPLAIN. */
export function guardVerb(tokens: readonly Token[], isExplained: boolean): void {
  const verb = tokens[0]!;
  if (isWord(verb, ...TRANSACTION)) {
    throw new HeliosError(
      "TRANSACTION_CONTROL",
      `${verb.value} is not supported here: each request is one transaction. Send several statements as one batch, or begin a transaction.`,
    );
  }
  if (isWord(verb, "ATTACH", "DETACH")) throw notAllowed(`${verb.value} reaches outside the branch`);
  if (isWord(verb, "VACUUM")) throw notAllowed("VACUUM would renumber rows that the history refers to");
  if (isWord(verb, "PRAGMA")) guardPragma(tokens);
  if (isWord(verb, "PRAGMA") && isExplained) throw notAllowed("SQLite runs a PRAGMA while it explains it");
  if (isWord(verb, "CREATE") && isWord(tokens[1], "TEMP", "TEMPORARY")) throw notAllowed(TEMPORARY_OBJECTS);
  if (isWord(verb, "CREATE") && isWord(tokens[1], "VIRTUAL")) {
    throw new HeliosError(
      "TABLE_NOT_VERSIONED",
      "Virtual tables can't have triggers, so their history can't be kept. Use an ordinary table.",
    );
  }
}

function guardPragma(tokens: readonly Token[]): void {
  const schema = isSymbol(tokens[2], ".") ? tokens[1] : undefined;
  const named = schema ? tokens[3] : tokens[1];
  const name = isName(named) ? foldName(nameOf(named)) : "";
  if (REPORTING_PRAGMAS.has(name)) {
    if (tokens.at(-1) !== named) throw notAllowed(`PRAGMA ${name} can only be read, without a value`);
  } else if (!READABLE_PRAGMAS.has(name) || tokens.some((token) => isSymbol(token, "="))) {
    const expected = [...READABLE_PRAGMAS, ...REPORTING_PRAGMAS].join(", ");
    throw notAllowed(`PRAGMA ${name || "…"} is not supported; expected one of ${expected}`);
  }
  if (schema && foldName(nameOf(schema)) === "temp") throw notAllowed(TEMPORARY_OBJECTS);
  if (tokens.some(isReservedName)) throw notAllowed(RESERVED_NAMES);
}

function whyNotTable({ role, schema, name, isCall, end }: Reference, tokens: readonly Token[]): string | null {
  const folded = foldName(name);
  if (isReserved(name) || (schema !== null && isReserved(schema))) return RESERVED_NAMES;
  if (schema !== null && foldName(schema) === "temp") return TEMPORARY_OBJECTS;
  if (sqliteNames().tables.has(folded)) return `${folded} can't be read`;
  if (role !== "source" && folded.startsWith("sqlite_")) return `${name} is maintained by SQLite`;
  if (!isCall || !folded.startsWith("pragma_")) return null;
  if (folded === "pragma_table_list") return "pragma_table_list takes no argument; use WHERE name = …";
  return argumentsAt(tokens, end).some(isReservedName) ? RESERVED_NAMES : null;
}

/** The tokens between the parenthesis at an offset and its end. */
function argumentsAt(tokens: readonly Token[], offset: number): readonly Token[] {
  const open = tokens.findIndex((token) => token.start >= offset);
  let depth = 0;
  const close = tokens.findIndex((token, i) => {
    if (i < open) return false;
    if (isSymbol(token, "(")) depth++;
    return isSymbol(token, ")") && --depth === 0;
  });
  return tokens.slice(open, close < 0 ? tokens.length : close);
}

function isReservedName(token: Token): boolean {
  return isTableName(token) && isReserved(nameOf(token));
}

function notAllowed(why: string): HeliosError {
  return new HeliosError("SQL_NOT_ALLOWED", `This statement is not allowed: ${why}.`);
}
