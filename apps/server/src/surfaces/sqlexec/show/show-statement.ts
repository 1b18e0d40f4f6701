import { HeliosError } from "@heliosdb/port";
import { type Token, tokensOf } from "../../../sql/tokens.js";

/** A statement of MySQL's about the schema. `database` is as in a request's field; null for that of the request. */
export type Show =
  | { readonly about: "databases"; readonly like: string | null }
  | { readonly about: "tables"; readonly database: string | null; readonly like: string | null }
  | {
      readonly about: "columns";
      readonly table: string;
      readonly database: string | null;
      readonly like: string | null;
    }
  | { readonly about: "definition" | "indexes"; readonly table: string; readonly database: string | null };

/** The longest form has eight. */
const MOST_TOKENS = 12;

/** Reads SHOW and DESCRIBE. Throws INVALID_SQL. */
export function parseShow(sql: string): Show {
  const parser = new ShowParser(sql);
  const show = parser.statement();
  parser.end();
  return show;
}

class ShowParser {
  private readonly tokens: Token[] = [];
  private next = 0;

  constructor(sql: string) {
    for (const token of tokensOf(sql)) {
      if (this.tokens.push(token) > MOST_TOKENS) throw unknownForm();
    }
  }

  statement(): Show {
    if (this.take("DESCRIBE", "DESC")) return { about: "columns", ...this.table(), like: null };
    if (!this.take("SHOW")) throw unknownForm();
    if (this.take("DATABASES", "SCHEMAS")) return { about: "databases", like: this.like() };
    if (this.take("CREATE")) {
      if (!this.take("TABLE")) throw unknownForm();
      return { about: "definition", ...this.table() };
    }
    if (this.take("INDEX", "INDEXES", "KEYS")) return { about: "indexes", ...this.ofTable() };
    this.take("FULL");
    if (this.take("TABLES")) return { about: "tables", database: this.database(), like: this.like() };
    if (this.take("COLUMNS", "FIELDS")) return { about: "columns", ...this.ofTable(), like: this.like() };
    throw unknownForm();
  }

  end(): void {
    while (this.tokens[this.next]?.kind === "symbol" && /^;+$/.test(this.tokens[this.next]!.text)) this.next++;
    if (this.next < this.tokens.length) throw unknownForm();
  }

  private ofTable(): { readonly table: string; readonly database: string | null } {
    if (!this.take("FROM", "IN")) throw unknownForm();
    const { table, database } = this.table();
    return { table, database: this.database() ?? database };
  }

  /** `table`, or `database.table`. */
  private table(): { readonly table: string; readonly database: string | null } {
    const first = this.name();
    const dot = this.tokens[this.next];
    if (dot?.kind !== "symbol" || dot.text !== ".") return { table: first, database: null };
    this.next++;
    return { table: this.name(), database: first };
  }

  private database(): string | null {
    return this.take("FROM", "IN") ? this.name() : null;
  }

  private like(): string | null {
    if (!this.take("LIKE")) return null;
    const token = this.tokens[this.next++];
    if (token?.kind !== "string") throw unknownForm();
    return token.text;
  }

  private name(): string {
    const token = this.tokens[this.next++];
    if (token?.kind !== "word" && token?.kind !== "name") throw unknownForm();
    return token.text;
  }

  private take(...words: string[]): boolean {
    const token = this.tokens[this.next];
    if (token?.kind !== "word" || !words.includes(token.value)) return false;
    this.next++;
    return true;
  }
}

function unknownForm(): HeliosError {
  return new HeliosError(
    "INVALID_SQL",
    "Unknown form of SHOW. Expected TABLES, DATABASES, COLUMNS, CREATE TABLE or INDEX, or DESCRIBE.",
  );
}
