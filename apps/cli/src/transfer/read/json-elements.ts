/** The text of one element of a list, with the line on which it begins. */
export interface Element {
  readonly text: string;
  readonly line: number;
}

/** An element that is longer can't be sent in one request. */
export const LONGEST_ELEMENT = 8 * 1024 * 1024;

const [QUOTE, COMMA, BACKSLASH, OPEN, CLOSE] = [34, 44, 92, 91, 93];
const isOpening = (code: number) => code === 123 || code === OPEN;
const isClosing = (code: number) => code === 125 || code === CLOSE;
const isBlank = (code: number) => code === 32 || (code >= 9 && code <= 13);

/** Cuts the text of a JSON list, which arrives in parts, into its elements, without parsing them. */
export class JsonElements {
  #state: "before" | "within" | "after" = "before";
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #text = "";
  #line = 1;
  #elementLine = 1;
  /** A comma or the first element must come next, not the end. */
  #elements = 0;

  /** Throws SyntaxError where the text is no list. */
  add(part: string): Element[] {
    const found: Element[] = [];
    let from = 0;
    for (let at = 0; at < part.length; at++) {
      const code = part.charCodeAt(at);
      if (code === 10) this.#line++;
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (code === BACKSLASH) this.#isEscaped = true;
        else if (code === QUOTE) this.#inString = false;
      } else if (this.#state !== "within") {
        if (isBlank(code)) continue;
        if (this.#state === "after" || code !== OPEN) throw new SyntaxError(this.#state === "after" ? AFTER : NO_LIST);
        this.#state = "within";
        from = at + 1;
        this.#elementLine = this.#line;
      } else if (code === QUOTE) this.#inString = true;
      else if (isOpening(code)) this.#depth++;
      else if (this.#depth > 0) {
        if (isClosing(code)) this.#depth--;
      } else if (code === COMMA || code === CLOSE) {
        this.#end(this.#text + part.slice(from, at), code === CLOSE, found);
        this.#text = "";
        from = at + 1;
      }
    }
    if (this.#state === "within") this.#text += part.slice(from);
    if (this.#text.length > LONGEST_ELEMENT)
      throw new SyntaxError(`A record is longer than ${LONGEST_ELEMENT} characters.`);
    return found;
  }

  /** Throws SyntaxError if the list is not closed. */
  finish(): void {
    if (this.#state === "before") throw new SyntaxError(NO_LIST);
    if (this.#state === "within") throw new SyntaxError("The list is not closed: the file ends in the middle of it.");
  }

  get line(): number {
    return this.#line;
  }

  #end(text: string, isLast: boolean, found: Element[]): void {
    const line = this.#elementLine + (/^\s*/.exec(text)![0].match(/\n/g)?.length ?? 0);
    const isEmpty = text.trim() === "";
    if (isEmpty && !(isLast && this.#elements === 0)) throw new SyntaxError("Expected an object between the commas.");
    if (!isEmpty) found.push({ text, line });
    this.#elements++;
    this.#elementLine = this.#line;
    if (isLast) this.#state = "after";
  }
}

const NO_LIST = "Expected a JSON list of objects. For an object on each line, use --format ndjson.";
const AFTER = "Something follows the end of the list. Expected one JSON list of objects.";
