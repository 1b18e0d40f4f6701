import { isName, isSymbol, isWord, nameOf, type Token, tokenize } from "../sql/tokenize.js";

/** A foreign key as a CREATE TABLE text has it. */
export interface ForeignKeyText {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly table: string;
  /** Empty where the text means the primary key. */
  readonly references: readonly string[];
}

export interface UniqueKeyText {
  readonly name: string | null;
  readonly columns: readonly string[];
}

/** A column's CHECK of the form `column IN ('…', …)`. */
export interface ChoicesText {
  readonly column: string;
  readonly values: readonly string[];
}

export interface TableConstraints {
  readonly foreignKeys: readonly ForeignKeyText[];
  readonly uniqueKeys: readonly UniqueKeyText[];
  readonly choices: readonly ChoicesText[];
}

/**
 * The constraints of a CREATE TABLE text as SQLite keeps it. SQLite's own lists of foreign keys have no names, and show
 * the present only.
 */
export function tableConstraints(sql: string): TableConstraints {
  const tokens = tokenize(sql);
  return new ConstraintReader(tokens).read(tokens.findIndex((token) => isSymbol(token, "(")) + 1);
}

/** Reads the list of columns and constraints from left to right; between table constraints commas may be left out. */
class ConstraintReader {
  private readonly foreignKeys: ForeignKeyText[] = [];
  private readonly uniqueKeys: UniqueKeyText[] = [];
  private readonly choices: ChoicesText[] = [];
  /** The column whose definition is being read; null among the table constraints. */
  private column: string | null = null;
  /** Behind CONSTRAINT; it names the constraint that follows at once. */
  private name: string | null = null;
  /** The columns of a FOREIGN KEY whose REFERENCES is yet to come. */
  private referring: readonly string[] | null = null;

  constructor(private readonly tokens: readonly Token[]) {}

  read(first: number): TableConstraints {
    let at = this.item(first);
    while (at < this.tokens.length && !isSymbol(this.tokens[at], ")")) {
      at = isSymbol(this.tokens[at], ",") ? this.item(at + 1) : this.step(at);
    }
    const { foreignKeys, uniqueKeys, choices } = this;
    return { foreignKeys, uniqueKeys, choices };
  }

  /** The beginning of a column or of a table constraint. */
  private item(at: number): number {
    const token = this.tokens[at];
    this.name = null;
    this.column = null;
    if (!token || isWord(token, "CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")) return at;
    this.column = nameOf(token);
    return at + 1;
  }

  private step(at: number): number {
    const token = this.tokens[at];
    if (isSymbol(token, "(")) return this.closing(at) + 1;
    if (isWord(token, "CONSTRAINT")) {
      this.name = nameOf(this.tokens[at + 1]!);
      return at + 2;
    }
    if (isWord(token, "FOREIGN")) {
      this.referring = this.names(at + 2);
      return this.closing(at + 2) + 1;
    }
    if (isWord(token, "REFERENCES")) return this.reference(at);
    if (isWord(token, "UNIQUE")) return this.unique(at);
    if (isWord(token, "CHECK")) return this.check(at);
    if (isWord(token, "PRIMARY", "NOT", "NULL", "DEFAULT", "COLLATE", "GENERATED", "AS")) this.name = null;
    return at + 1;
  }

  private reference(at: number): number {
    const columns = this.referring ?? (this.column === null ? [] : [this.column]);
    const isListed = isSymbol(this.tokens[at + 2], "(");
    const references = isListed ? this.names(at + 2) : [];
    this.foreignKeys.push({ name: this.takeName(), columns, table: nameOf(this.tokens[at + 1]!), references });
    this.referring = null;
    return isListed ? this.closing(at + 2) + 1 : at + 2;
  }

  private unique(at: number): number {
    const isListed = this.column === null && isSymbol(this.tokens[at + 1], "(");
    const columns = isListed ? this.names(at + 1) : this.column === null ? [] : [this.column];
    this.uniqueKeys.push({ name: this.takeName(), columns });
    return isListed ? this.closing(at + 1) + 1 : at + 1;
  }

  private check(at: number): number {
    this.name = null;
    const end = this.closing(at + 1);
    const [column, within, open, ...list] = this.tokens.slice(at + 2, end);
    const isList = isName(column) && isWord(within, "IN") && isSymbol(open, "(") && isSymbol(list.at(-1), ")");
    const entries = list.slice(0, -1);
    const isPlain = entries.every((token, i) => (i % 2 === 0 ? token.kind === "string" : isSymbol(token, ",")));
    if (isList && isPlain && entries.length % 2 === 1) {
      const values = entries.filter(({ kind }) => kind === "string").map(({ value }) => value);
      this.choices.push({ column: nameOf(column), values });
    }
    return end + 1;
  }

  /** The names in a list, without what may stand behind each. */
  private names(open: number): string[] {
    const names: string[] = [];
    for (let at = open; at < this.closing(open); at++) {
      const isBefore = isSymbol(this.tokens[at], "(") || isSymbol(this.tokens[at], ",");
      if (isBefore) names.push(nameOf(this.tokens[at + 1]!));
    }
    return names;
  }

  private closing(open: number): number {
    let depth = 0;
    for (let at = open; at < this.tokens.length; at++) {
      if (isSymbol(this.tokens[at], "(")) depth++;
      if (isSymbol(this.tokens[at], ")") && --depth === 0) return at;
    }
    return this.tokens.length;
  }

  private takeName(): string | null {
    const { name } = this;
    this.name = null;
    return name;
  }
}
