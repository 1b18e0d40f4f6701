import { type AsOfClause, readAsOf } from "./as-of-clause.js";
import { isTableName, NEVER_ALIAS } from "./keywords.js";
import { foldName } from "./names.js";
import { isSymbol, isWord, nameOf, type Token } from "./tokenize.js";

/** A place in a statement with the name of a table, a view or another object. */
export interface Reference {
  /** Read from; written, altered or dropped; or defined here. */
  readonly role: "source" | "target" | "definition";
  readonly schema: string | null;
  readonly name: string;
  /** The name with its schema, as offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** A table-valued function: arguments follow. */
  readonly isCall: boolean;
  /** Here, a common table expression of the statement has this name. With AS OF, it means the table nevertheless. */
  readonly isExpression: boolean;
  readonly asOf: AsOfClause | null;
  /** The name that the rest of the statement uses for it, if it has another; `null` if it can't have one. */
  readonly alias: string | null;
  /** Where the point in time and the alias end. */
  readonly fullEnd: number;
}

/** The names in a statement that refer to something outside it. Columns, aliases and values are not among them. */
export interface References {
  readonly tables: readonly Reference[];
  readonly functions: readonly Token[];
  readonly collations: readonly Token[];
  /** `main.` before a table and a column, as in `main.t.a`. */
  readonly qualifiers: readonly Span[];
}

/** A part of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The text between two parentheses, or the whole statement. */
interface Frame {
  readonly parent: Frame | null;
  /** A table comes next: one of a FROM, or the right side of IN. */
  wants: "table" | "operand" | null;
  /** Inside FROM: a comma precedes another table. */
  inFrom: boolean;
  /** Inside WITH: a comma precedes another common table expression. */
  inWith: boolean;
  /** The names that WITH defines. */
  expressions: Set<string> | null;
}

/** Words after which a comma precedes no table. All are reserved, so none can be a name or an alias. */
const WITHOUT_TABLES: ReadonlySet<string> = new Set(
  "SELECT VALUES SET WHERE GROUP HAVING ORDER LIMIT UNION EXCEPT INTERSECT RETURNING".split(" "),
);

/**
 * Finds the names in a statement, or in an expression, by SQLite's grammar. A table's name follows FROM, JOIN, a comma
 * between tables, INTO, UPDATE, IN and REFERENCES, and is the subject of CREATE, DROP and ALTER.
 */
export function findReferences(tokens: readonly Token[]): References {
  return new Walk(tokens).run();
}

class Walk {
  private readonly found: { readonly reference: Reference; readonly frame: Frame }[] = [];
  private readonly functions: Token[] = [];
  private readonly collations: Token[] = [];
  private readonly qualifiers: Span[] = [];
  private frame = newFrame(null);
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  run(): References {
    for (this.header(); this.at < this.tokens.length; this.at++) this.step(this.tokens[this.at]!);
    // The names defined by WITH are known only at the end: an expression may refer to a later one.
    const tables = this.found.map(({ reference, frame }) =>
      isExpression(reference, frame) ? { ...reference, isExpression: true } : reference,
    );
    return { tables, functions: this.functions, collations: this.collations, qualifiers: this.qualifiers };
  }

  private step(token: Token): void {
    if (token.kind === "symbol") this.symbol(token);
    else if (this.frame.wants && isTableName(token) && !this.beginsWith()) this.table("source");
    else if (isTableName(token) && isSymbol(this.next(), ".") && isSymbol(this.tokens[this.at + 3], ".")) {
      this.qualifiers.push({ start: token.start, end: this.tokens[this.at + 2]!.start });
      this.at += 4;
    } else if (token.kind === "word") this.word(token);
    else if (token.kind === "quoted" && isSymbol(this.next(), "(")) this.functions.push(token);
  }

  private symbol({ value }: Token): void {
    const { frame } = this;
    if (value === "(") {
      this.frame = newFrame(frame, frame.wants === "table");
      frame.wants = null;
    } else if (value === ")") this.frame = frame.parent ?? frame;
    else if (value === ";") this.frame = newFrame(null);
    else if (value === "," && frame.inWith) this.expression();
    else if (value === "," && frame.inFrom) frame.wants = "table";
  }

  private word(token: Token): void {
    const next = this.next();
    switch (token.value) {
      case "WITH":
        if (!this.beginsWith()) break;
        if (isWord(next, "RECURSIVE")) this.at++;
        this.expression();
        return;
      case "FROM":
        this.from();
        return;
      case "JOIN":
        this.listTables();
        return;
      case "IN":
        if (!isSymbol(next, "(")) this.frame.wants = "operand";
        return;
      case "INTO":
        this.tableNext("target");
        return;
      // In `ON UPDATE CASCADE` this takes a word that is not a name, which does no harm.
      case "UPDATE":
        this.tableNext("target", isWord(next, "OR") ? 3 : 1);
        return;
      case "REFERENCES":
        this.tableNext("source");
        return;
      case "COLLATE":
        if (next) this.collations.push(next);
        return;
    }
    if (WITHOUT_TABLES.has(token.value)) Object.assign(this.frame, { inWith: false, inFrom: false, wants: null });
    else if (isSymbol(next, "(")) this.functions.push(token);
  }

  private from(): void {
    // IS [NOT] DISTINCT FROM compares.
    if (isWord(this.tokens[this.at - 1], "DISTINCT") && isWord(this.tokens[this.at - 2], "IS", "NOT")) return;
    if (isWord(this.tokens[this.at - 1], "DELETE")) this.tableNext("target");
    else this.listTables();
  }

  private listTables(): void {
    this.frame.inWith = false;
    this.frame.inFrom = true;
    this.frame.wants = "table";
  }

  /** The subject of CREATE, DROP, ALTER, ANALYZE and REINDEX. Columns are judged in the resulting schema. */
  private header(): void {
    const { tokens } = this;
    const verb = tokens[0];
    if (isWord(verb, "ANALYZE", "REINDEX")) this.tableNext("source");
    if (!isWord(verb, "CREATE", "DROP", "ALTER")) return;
    const object = tokens.findIndex((token) => isWord(token, "TABLE", "VIEW", "INDEX", "TRIGGER"));
    if (object < 1 || object > 2) return;
    const skipped = isWord(tokens[object + 2], "NOT") ? 3 : isWord(tokens[object + 2], "EXISTS") ? 2 : 0;
    this.at = object + skipped;
    this.tableNext(isWord(verb, "CREATE") ? "definition" : "target");
    const word = isWord(verb, "ALTER") ? "TO" : isWord(tokens[object], "INDEX", "TRIGGER") ? "ON" : null;
    const other = tokens.findIndex((token, i) => i > this.at && word !== null && isWord(token, word));
    if (other > 0 && (word === "ON" || isWord(tokens[other - 1], "RENAME"))) {
      const back = this.at;
      this.at = other;
      this.tableNext(word === "ON" ? "target" : "definition");
      this.at = back;
    }
    this.at++;
  }

  private tableNext(role: Reference["role"], distance = 1): void {
    this.frame.inWith = false;
    if (!isTableName(this.tokens[this.at + distance])) return;
    this.at += distance;
    this.table(role);
  }

  /** Takes the name at this place, with the schema before it, and the point in time and the alias after it. */
  private table(role: Reference["role"]): void {
    const { tokens, frame } = this;
    const first = tokens[this.at]!;
    const isQualified = isSymbol(this.next(), ".") && isTableName(tokens[this.at + 2]);
    if (isQualified) this.at += 2;
    const name = tokens[this.at]!;
    const isCall = role === "source" && isSymbol(this.next(), "(");
    const asOf = readAsOf(tokens, this.at + 1);
    const next = asOf?.next ?? this.at + 1;
    const hasAlias = frame.wants === "table" && !isCall;
    const alias = hasAlias ? readAlias(tokens, next) : null;
    const reference: Reference = {
      role,
      schema: isQualified ? nameOf(first) : null,
      name: nameOf(name),
      start: first.start,
      end: name.end,
      isCall,
      isExpression: false,
      asOf,
      alias: hasAlias ? (alias?.name ?? nameOf(name)) : null,
      fullEnd: tokens[(alias?.next ?? next) - 1]!.end,
    };
    this.found.push({ reference, frame });
    this.at = next - 1;
    frame.wants = null;
  }

  /**
   * A common table expression: takes its name. Its columns name nothing outside, and its query is read like any other.
   */
  private expression(): void {
    Object.assign(this.frame, { inWith: true, inFrom: false, wants: null });
    if (!isTableName(this.next())) return;
    this.at++;
    const token = this.tokens[this.at]!;
    const name = nameOf(token);
    this.frame.expressions ??= new Set();
    this.frame.expressions.add(foldName(name));
    const reference: Reference = {
      ...{ role: "definition", schema: null, name, start: token.start, end: token.end, fullEnd: token.end },
      ...{ isCall: false, isExpression: false, asOf: null, alias: null },
    };
    this.found.push({ reference, frame: this.frame });
  }

  /** Whether WITH begins a query here; it may be a name as well. */
  private beginsWith(): boolean {
    if (!isWord(this.tokens[this.at], "WITH")) return false;
    const name = this.at + (isWord(this.next(), "RECURSIVE") ? 2 : 1);
    const after = this.tokens[name + 1];
    return isTableName(this.tokens[name]) && (isWord(after, "AS") || isSymbol(after, "("));
  }

  private next(): Token | undefined {
    return this.tokens[this.at + 1];
  }
}

function newFrame(parent: Frame | null, holdsTables = false): Frame {
  const wants = holdsTables ? "table" : null;
  return { parent, wants, inFrom: holdsTables, inWith: false, expressions: null };
}

function isExpression({ role, schema, name }: Reference, frame: Frame): boolean {
  if (role !== "source" || schema !== null) return false;
  const folded = foldName(name);
  for (let at: Frame | null = frame; at; at = at.parent) if (at.expressions?.has(folded)) return true;
  return false;
}

function readAlias(tokens: readonly Token[], at: number): { name: string; next: number } | null {
  const token = tokens[at];
  const name = isWord(token, "AS") ? tokens[at + 1] : token;
  if (name === undefined || !isTableName(name)) return null;
  if (name !== token) return { name: nameOf(name), next: at + 2 };
  if (isWord(name, "WINDOW") && isTableName(tokens[at + 1]) && isWord(tokens[at + 2], "AS")) return null;
  return name.kind === "word" && NEVER_ALIAS.has(name.value) ? null : { name: nameOf(name), next: at + 1 };
}
