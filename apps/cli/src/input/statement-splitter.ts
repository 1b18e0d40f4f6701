/** One statement of a script, without its semicolon, and the line on which it begins. */
export interface ScriptStatement {
  readonly sql: string;
  readonly line: number;
}

/** The end of a quoted text, a quoted name or a comment, by its beginning. */
const ENDS: Readonly<Record<string, string>> = { "'": "'", '"': '"', "`": "`", "[": "]", "--": "\n", "/*": "*/" };

/**
 * Splits SQL that arrives in parts at its semicolons, except those within texts, names, comments, and the body of a
 * trigger.
 */
export class StatementSplitter {
  /** The statement so far, without the part that is being read. */
  #text = "";
  /** The last character, if it may be half of a sign. */
  #carried = "";
  /** The end of the text, name or comment that was begun; null outside of one. */
  #end: string | null = null;
  #word = "";
  /** The first three words or signs, and the last two. */
  #head: string[] = [];
  #tail: string[] = [];
  #line = 1;
  #firstLine: number | null = null;

  add(part: string): ScriptStatement[] {
    const text = this.#carried + part;
    this.#carried = "";
    return this.#split(text, true);
  }

  /** The last statement needs no semicolon. */
  finish(): ScriptStatement[] {
    const found = this.#split(this.#carried, false);
    this.#endWord();
    this.#endStatement(this.#text, found);
    return found;
  }

  /** Characters of the statement that has not ended. */
  get length(): number {
    return this.#text.length;
  }

  /** Whether no statement, text or comment has been begun. */
  get isBetween(): boolean {
    return this.#firstLine === null && this.#word === "" && this.#end === null && this.#carried === "";
  }

  get line(): number {
    return this.#line;
  }

  /** @param more whether more follows; then a last character that may be half of a sign waits for it */
  #split(text: string, more: boolean): ScriptStatement[] {
    const found: ScriptStatement[] = [];
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      if (this.#end !== null) {
        const end = text.indexOf(this.#end, at);
        if (end < 0 && this.#end === "*/" && text.endsWith("*") && more) this.#carried = "*";
        const after = end < 0 ? text.length - this.#carried.length : end + this.#end.length;
        this.#countLines(text.slice(at, after));
        if (end >= 0) this.#end = null;
        if (this.#carried !== "") break;
        at = after - 1;
        continue;
      }
      const character = text[at]!;
      if (character === "\n") this.#line++;
      if (/\w/.test(character)) {
        this.#firstLine ??= this.#line;
        this.#word += character;
        continue;
      }
      this.#endWord();
      const pair = text.slice(at, at + 2);
      if (more && (pair === "-" || pair === "/")) {
        this.#carried = pair;
        break;
      }
      const begun = pair === "--" || pair === "/*" ? pair : character;
      if (begun in ENDS) {
        this.#end = ENDS[begun]!;
        at += begun.length - 1;
        if (begun.length === 1) this.#sign(begun);
      } else if (character !== ";") {
        if (!/\s/.test(character)) this.#sign(character);
      } else if (this.#isInTrigger()) this.#sign(";");
      else {
        this.#endStatement(this.#text + text.slice(from, at), found);
        from = at + 1;
      }
    }
    this.#text += text.slice(from, text.length - this.#carried.length);
    return found;
  }

  #endStatement(text: string, found: ScriptStatement[]): void {
    // Comments alone are no statement.
    if (this.#firstLine !== null) found.push({ sql: text.trim(), line: this.#firstLine });
    this.#text = "";
    this.#head = [];
    this.#tail = [];
    this.#firstLine = null;
  }

  #countLines(text: string): void {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#line++;
  }

  #endWord(): void {
    if (this.#word === "") return;
    this.#sign(this.#word.toUpperCase());
    this.#word = "";
  }

  #sign(token: string): void {
    this.#firstLine ??= this.#line;
    if (this.#head.length < 3) this.#head.push(token);
    this.#tail = [...this.#tail.slice(-1), token];
  }

  /** The END of a trigger follows the semicolon of its last statement, unlike that of a CASE. */
  #isInTrigger(): boolean {
    const [create, second = "", third] = this.#head;
    const isTrigger =
      create === "CREATE" && (second === "TRIGGER" || (/^TEMP(ORARY)?$/.test(second) && third === "TRIGGER"));
    return isTrigger && !(this.#tail[0] === ";" && this.#tail[1] === "END");
  }
}
