/** A placeholder of a statement, as it stands in its text. */
export interface Placeholder {
  /** `?`, `?2`, `:name`, `@name` or `$name`. */
  readonly text: string;
  /** Offset into the statement's text, in UTF-16 code units. */
  readonly start: number;
}

/** One statement of a text that may hold several. */
export interface StatementText {
  /** Without the semicolon at its end, and without blanks and comments around it. */
  readonly sql: string;
  /** Its first word in upper case, the one behind EXPLAIN not counted; empty where it begins with something else. */
  readonly verb: string;
  readonly placeholders: readonly Placeholder[];
}

const PARTS = [
  /(?<blank>[ \t\n\f\r\ufeff]+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
  /(?<end>;)/,
  /(?<placeholder>\?\d*|[:@$#][\w$\u0080-\uffff]+)/,
  /(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)/,
  /'[^']*(?:''[^']*)*'?|"[^"]*(?:""[^"]*)*"?|`[^`]*(?:``[^`]*)*`?|\[[^\]]*\]?|\d[\w$.\u0080-\uffff]*|[\s\S]/,
];
const PART = new RegExp(PARTS.map(({ source }) => source).join("|"), "gy");

/**
 * Splits a text at the semicolons that end a statement: those in strings, names, comments and in the bodies of triggers
 * don't. It judges nothing: text that is no SQL is one statement more, for the database to refuse. A text of blanks and
 * comments has none.
 */
export function splitStatements(text: string): readonly StatementText[] {
  const statements: StatementText[] = [];
  let current = new Current();
  for (const match of text.matchAll(PART)) {
    const { blank, end, placeholder, word } = match.groups!;
    if (blank !== undefined) continue;
    if (end !== undefined && current.isEndedBySemicolon()) {
      if (current.begun) statements.push(current.statement(text));
      current = new Current();
    } else current.add(match.index, match.index + match[0].length, word?.toUpperCase(), placeholder, end !== undefined);
  }
  if (current.begun) statements.push(current.statement(text));
  return statements;
}

/** The statement that is being read. */
class Current {
  private start = -1;
  private end = 0;
  /** The words at its beginning, up to where they show whether it makes a trigger. */
  private readonly words: string[] = [];
  private onlyWords = true;
  private readonly placeholders: Placeholder[] = [];
  private afterSemicolon = false;
  private bodyEnded = false;

  get begun(): boolean {
    return this.start >= 0;
  }

  add(start: number, end: number, word: string | undefined, placeholder: string | undefined, isEnd: boolean): void {
    if (!this.begun) this.start = start;
    this.end = end;
    if (word === undefined) this.onlyWords = false;
    else if (this.onlyWords && this.words.length < 6) this.words.push(word);
    // No statement in a trigger begins with END, so the body ends there, whatever columns are called.
    if (word === "END" && this.afterSemicolon) this.bodyEnded = true;
    this.afterSemicolon = isEnd;
    if (placeholder !== undefined) this.placeholders.push({ text: placeholder, start: start - this.start });
  }

  isEndedBySemicolon(): boolean {
    return !this.makesTrigger() || this.bodyEnded;
  }

  statement(text: string): StatementText {
    const { placeholders } = this;
    return { sql: text.slice(this.start, this.end), verb: this.words[0] ?? "", placeholders };
  }

  private makesTrigger(): boolean {
    const [first, second, third] = this.words;
    const from = first !== "EXPLAIN" ? 0 : second === "QUERY" && third === "PLAN" ? 3 : 1;
    const [create, next, after] = this.words.slice(from);
    return create === "CREATE" && (next === "TEMP" || next === "TEMPORARY" ? after : next) === "TRIGGER";
  }
}
