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

const BLANK = /[ \t\n\f\r\ufeff]+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/;
const PLACEHOLDER = /\?\d*|[:@$#][\w$\u0080-\uffff]+/;
const QUOTED = /'[^']*(?:''[^']*)*'?|"[^"]*(?:""[^"]*)*"?|`[^`]*(?:``[^`]*)*`?|\[[^\]]*\]?/;
/** Numbers, and signs that mean nothing here. */
const REST = /\d[\w$.\u0080-\uffff]*|[(),.=<>*+|&~%!]+|[\s\S]/;
const PART = new RegExp([BLANK, WORD, PLACEHOLDER, QUOTED, REST].map(({ source }) => source).join("|"), "gy");

/**
 * Splits a text at the semicolons that end a statement: those in strings, names, comments and in the bodies of triggers
 * don't. It judges nothing: text that is no SQL is one statement more, for the database to refuse. A text of blanks and
 * comments has none.
 */
export function splitStatements(text: string): readonly StatementText[] {
  const statements: StatementText[] = [];
  let current = new Current();
  PART.lastIndex = 0;
  // No groups and no iterator: a text may have millions of parts, and is read where everybody waits.
  for (let at = 0; at < text.length; at = PART.lastIndex) {
    const part = PART.exec(text)![0];
    const kind = kindOf(part);
    if (kind === "blank") continue;
    if (kind === "semicolon" && current.isEndedBySemicolon()) {
      if (current.begun) statements.push(current.statement(text));
      current = new Current();
    } else current.add(at, part, kind);
  }
  if (current.begun) statements.push(current.statement(text));
  return statements;
}

type Kind = "blank" | "semicolon" | "word" | "placeholder" | "other";

function kindOf(part: string): Kind {
  const first = part.charCodeAt(0);
  if (first >= 128) return first === 0xfeff ? "blank" : "word";
  switch (part[0]) {
    case " ":
    case "\t":
    case "\n":
    case "\f":
    case "\r":
      return "blank";
    case "-":
    case "/":
      return part.length > 1 ? "blank" : "other";
    case ";":
      return "semicolon";
    case "?":
      return "placeholder";
    case ":":
    case "@":
    case "$":
    case "#":
      return part.length > 1 ? "placeholder" : "other";
  }
  return (first >= 65 && first <= 90) || (first >= 97 && first <= 122) || first === 95 ? "word" : "other";
}

/** Words at the beginning of a statement that show whether it makes a trigger. */
const MOST_WORDS = 6;

/** The statement that is being read. */
class Current {
  private start = -1;
  private end = 0;
  /** The words at its beginning. */
  private readonly words: string[] = [];
  private onlyWords = true;
  private readonly placeholders: Placeholder[] = [];
  private afterSemicolon = false;
  private bodyEnded = false;

  get begun(): boolean {
    return this.start >= 0;
  }

  add(start: number, part: string, kind: Kind): void {
    if (!this.begun) this.start = start;
    this.end = start + part.length;
    if (kind !== "word") this.onlyWords = false;
    else if (this.onlyWords && this.words.length < MOST_WORDS) this.words.push(part.toUpperCase());
    // No statement in a trigger begins with END, so the body ends there, whatever columns are called.
    if (this.afterSemicolon && kind === "word" && part.toUpperCase() === "END") this.bodyEnded = true;
    this.afterSemicolon = kind === "semicolon";
    if (kind === "placeholder") this.placeholders.push({ text: part, start: start - this.start });
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
