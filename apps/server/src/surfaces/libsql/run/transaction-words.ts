import { foldName, type StatementText, type TransactionMode } from "@heliosdb/port";
import { type Token, tokensOf } from "../../../sql/tokens.js";
import { ProtocolError } from "../protocol/protocol-error.js";

/** A statement that begins or ends something, or sets the stream. */
export type Control =
  | { readonly verb: "BEGIN"; readonly mode: TransactionMode }
  | { readonly verb: "COMMIT" | "ROLLBACK" }
  | SavepointControl
  | { readonly verb: "FOREIGN KEYS"; readonly on: boolean | null }
  | { readonly verb: "DEFER FOREIGN KEYS"; readonly on: boolean };

export interface SavepointControl {
  readonly verb: "SAVEPOINT" | "RELEASE" | "ROLLBACK TO";
  /** As it was given, without its quotes. */
  readonly given: string;
  /** Folded. */
  readonly name: string;
}

const MODES: { readonly [word: string]: TransactionMode } = {
  IMMEDIATE: "write",
  EXCLUSIVE: "write",
  CONCURRENT: "write",
  READONLY: "read",
  DEFERRED: "deferred",
};

const PRAGMA = /^pragma\s+(?:main\s*\.\s*)?(foreign_keys|defer_foreign_keys)\s*(?:=\s*(\w+)|\(\s*(\w+)\s*\))?$/i;
const ON = ["ON", "YES", "TRUE", "1"];

/** Null for any other statement. Throws for one that only begins like one of these, as SQLite's grammar has them. */
export function controlOf({ verb, sql }: Pick<StatementText, "verb" | "sql">): Control | null {
  switch (verb) {
    case "PRAGMA": {
      const [, pragma, equal, call] = PRAGMA.exec(sql) ?? [];
      return pragma === undefined ? null : settingOf(pragma.toLowerCase(), equal ?? call);
    }
    case "BEGIN":
      return new Words(sql).begin();
    case "COMMIT":
    case "END":
      return new Words(sql).commit();
    case "ROLLBACK":
      return new Words(sql).rollback();
    case "SAVEPOINT":
    case "RELEASE":
      return new Words(sql).savepoint(verb);
    default:
      return null;
  }
}

/** The words of such a statement behind its verb, read one after the other. */
class Words {
  private readonly tokens: readonly Token[];
  private at = 1;

  constructor(sql: string) {
    this.tokens = [...tokensOf(sql)];
  }

  begin(): Control {
    // libSQL's own READONLY stands behind TRANSACTION, SQLite's modes before it.
    const before = this.mode();
    const [, after] = [this.transaction(), this.mode()];
    return this.whole({ verb: "BEGIN", mode: before ?? after ?? "deferred" });
  }

  commit(): Control {
    this.transaction();
    return this.whole({ verb: "COMMIT" });
  }

  rollback(): Control {
    this.transaction();
    return this.take("TO") ? this.savepoint("ROLLBACK TO") : this.whole({ verb: "ROLLBACK" });
  }

  savepoint(verb: SavepointControl["verb"]): Control {
    if (verb !== "SAVEPOINT") this.take("SAVEPOINT");
    const given = this.name();
    if (given === null) throw this.unexpected();
    return this.whole({ verb, given, name: foldName(given) });
  }

  private mode(): TransactionMode | null {
    const mode = Object.keys(MODES).find((word) => this.take(word));
    return mode === undefined ? null : MODES[mode]!;
  }

  /** TRANSACTION may stand everywhere, with a name that means nothing. */
  private transaction(): void {
    if (!this.take("TRANSACTION")) return;
    const next = this.tokens[this.at];
    const isOther = next?.kind === "word" && (next.value === "TO" || Object.hasOwn(MODES, next.value));
    if (!isOther) this.name();
  }

  private take(word: string): boolean {
    const next = this.tokens[this.at];
    if (next?.kind !== "word" || next.value !== word) return false;
    this.at++;
    return true;
  }

  private name(): string | null {
    const next = this.tokens[this.at];
    if (next === undefined || next.kind === "symbol") return null;
    this.at++;
    return next.text;
  }

  private whole(control: Control): Control {
    if (this.at < this.tokens.length) throw this.unexpected();
    return control;
  }

  private unexpected(): ProtocolError {
    const next = this.tokens[this.at];
    const what = next === undefined ? "incomplete input" : `near "${next.text}": syntax error`;
    return new ProtocolError("SQL_PARSE_ERROR", `SQL string could not be parsed: ${what}`);
  }
}

function settingOf(pragma: string, value: string | undefined): Control | null {
  const on = value === undefined ? null : ON.includes(value.toUpperCase());
  if (pragma === "foreign_keys") return { verb: "FOREIGN KEYS", on };
  return on === null ? null : { verb: "DEFER FOREIGN KEYS", on };
}
