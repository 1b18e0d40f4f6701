import { splitStatements } from "../input/statements.js";

/** Characters of one statement that are kept: the server takes no longer ones. */
const MOST = 16 * 1024 * 1024;

/** Lines of SQL until a statement ends. */
export class InputBuffer {
  private text = "";

  get isEmpty(): boolean {
    return this.text === "";
  }

  /** The statements that end with this line. What follows the last one waits for the next line. */
  add(line: string): readonly string[] {
    const text = this.isEmpty ? line : `${this.text}\n${line}`;
    if (text.length > MOST) {
      this.clear();
      throw new Error(`A statement may have ${MOST} characters at most.`);
    }
    const { complete, rest } = splitStatements(text);
    this.text = rest;
    return complete;
  }

  clear(): void {
    this.text = "";
  }

  /** What is left at the end of the input: its last statement needs no semicolon. */
  takeRest(): readonly string[] {
    const rest = this.text;
    this.clear();
    return rest === "" ? [] : [rest];
  }
}
