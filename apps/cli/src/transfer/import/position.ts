import { createHash, type Hash } from "node:crypto";

/**
 * How many rows of a file have been passed, with a digest of them that doesn't depend on how they were batched. Two
 * files, or one file read with other options, have the same only if those rows are the same.
 */
export class Position {
  static readonly start = new Position(0, createHash("sha256"));

  private constructor(
    readonly rows: number,
    private readonly hash: Hash,
  ) {}

  get digest(): string {
    return this.hash.copy().digest("hex");
  }

  /**
   * The position after more rows.
   * @param joined the texts of the rows with commas between them
   */
  after(rows: number, joined: string): Position {
    if (rows === 0) return this;
    return new Position(this.rows + rows, this.hash.copy().update(joined).update(","));
  }
}
