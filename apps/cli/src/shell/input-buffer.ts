import { StatementSplitter } from "../input/statement-splitter.js";

/** Characters of one statement that are kept: the server takes no longer ones. */
const MOST = 16 * 1024 * 1024;

/** Lines of SQL until a statement ends. */
export class InputBuffer {
  private splitter = new StatementSplitter();

  get isEmpty(): boolean {
    return this.splitter.isBetween;
  }

  /** The statements that end with this line. What follows the last one waits for the next line. */
  add(line: string): readonly string[] {
    const statements = this.splitter.add(`${line}\n`);
    if (this.splitter.length > MOST) {
      this.clear();
      throw new Error(`A statement may have ${MOST} characters at most.`);
    }
    return statements.map(({ sql }) => sql);
  }

  clear(): void {
    this.splitter = new StatementSplitter();
  }

  /** The rest at the end of the input: its last statement needs no semicolon. */
  takeRest(): readonly string[] {
    const rest = this.splitter.finish();
    this.clear();
    return rest.map(({ sql }) => sql);
  }
}
