import { HeliosError } from "@heliosdb/port";
import { foldName } from "../sql/names.js";
import { isName, isSymbol, isWord, nameOf, type Token, tokenize } from "../sql/tokenize.js";

/** A statement on savepoints. `name` is folded. */
export interface SavepointStatement {
  readonly verb: "SAVEPOINT" | "ROLLBACK TO" | "RELEASE";
  readonly name: string;
}

const VERBS = /^[\s;]*(?:savepoint|rollback|release)\b/i;

/**
 * Parses SAVEPOINT, ROLLBACK TO and RELEASE. Null for any other statement, also for the ROLLBACK of a whole transaction.
 * Throws INVALID_SQL for what only begins like one.
 */
export function parseSavepoint(sql: string): SavepointStatement | null {
  if (!VERBS.test(sql)) return null;
  const tokens = tokenize(sql).filter((token) => !isSymbol(token, ";"));
  const [verb] = tokens;
  if (isWord(verb, "SAVEPOINT")) return { verb: "SAVEPOINT", name: nameAt(tokens, 1) };
  if (isWord(verb, "RELEASE")) return { verb: "RELEASE", name: nameAt(tokens, isWord(tokens[1], "SAVEPOINT") ? 2 : 1) };
  const to = isWord(tokens[1], "TRANSACTION") ? 2 : 1;
  if (!isWord(tokens[to], "TO")) return null;
  return { verb: "ROLLBACK TO", name: nameAt(tokens, isWord(tokens[to + 1], "SAVEPOINT") ? to + 2 : to + 1) };
}

function nameAt(tokens: readonly Token[], at: number): string {
  const token = tokens[at];
  if (!isName(token) || tokens.length > at + 1) {
    throw new HeliosError(
      "INVALID_SQL",
      `near "${tokens[isName(token) ? at + 1 : at]?.text ?? ""}": expected the name of one savepoint`,
    );
  }
  const name = foldName(nameOf(token));
  if (name.startsWith("_helios_")) {
    throw new HeliosError(
      "SQL_NOT_ALLOWED",
      "Names that begin with _helios_ are reserved. Name the savepoint otherwise.",
    );
  }
  return name;
}

/** The caller's open savepoints, each with facts about the transaction as they were when it was made. */
export class SavepointStack<Facts> {
  private readonly open: { readonly name: string; readonly facts: Facts }[] = [];

  push(name: string, facts: Facts): void {
    this.open.push({ name, facts });
  }

  /** Ends the newest savepoint of this name and all after it. */
  release(name: string): void {
    this.open.length = this.find(name);
  }

  /** The facts to go back to. The savepoint itself stays, those after it don't. */
  rollBackTo(name: string): Facts {
    const at = this.find(name);
    this.open.length = at + 1;
    return this.open[at]!.facts;
  }

  private find(name: string): number {
    const at = this.open.findLastIndex((each) => each.name === name);
    if (at < 0) throw new HeliosError("SQL_ERROR", `no such savepoint: ${name}`);
    return at;
  }
}
