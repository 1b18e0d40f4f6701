import { HeliosDBError } from "@heliosdb/client";
import type { BadLines } from "./bad-lines.js";
import { type Batch, textOf } from "./batches.js";
import type { ImportState } from "./import-state.js";
import { Position } from "./position.js";
import { mark, type Range, type Sink } from "./sink.js";

/** Errors about too many rows at once. */
const OF_SIZE = new Set(["PAYLOAD_TOO_LARGE", "QUERY_TIMEOUT", "RESOURCE_LIMIT"]);
/** Beyond this, a request is not even tried whole: the server's default limit is 10 MiB. */
const MOST_BYTES = 9 * 1024 * 1024;

/** Sends batches in the order of the file, one request at a time, and saves how far it came. */
export class Importer {
  constructor(
    private readonly sink: Sink,
    /** The file, as the history shows it. */
    private readonly file: string,
    private readonly state: ImportState,
    private readonly badLines: BadLines,
    /** Called before each request and may throw. */
    private readonly pause: () => void,
  ) {}

  /** After the rows that are done. */
  position = Position.start;

  async add(batch: Batch): Promise<void> {
    let from = 0;
    for (const bad of batch.problems.keys()) {
      await this.range(batch, { from, to: bad });
      this.skip(batch, bad, batch.problems.get(bad)!);
      from = bad + 1;
    }
    await this.range(batch, { from, to: batch.count });
  }

  /**
   * Sends the rows of a request that an earlier run may have sent, with the same key, which finds out and does it at
   * once. If the rows are refused now, they were not imported then, and may go the usual way.
   */
  async repeat(batch: Batch, run: number): Promise<boolean> {
    const range = { from: 0, to: batch.count };
    try {
      await this.send(batch, range, textOf(batch, range.from, range.to), run);
      return true;
    } catch (error) {
      if (isOf(this.sink.refusals, error) || isOf(OF_SIZE, error)) return false;
      throw error;
    }
  }

  private async range(batch: Batch, range: Range): Promise<void> {
    const { from, to } = range;
    if (from >= to) return;
    const joined = textOf(batch, range.from, range.to);
    if (to - from > 1 && sizeOf(joined) > MOST_BYTES) return this.halves(batch, range);
    try {
      await this.send(batch, range, joined, this.state.run);
    } catch (error) {
      if (!isOf(this.sink.refusals, error) && !isOf(OF_SIZE, error)) throw error;
      const isOfRows = this.sink.refusals.has(error.code);
      // It is known to have had no effect.
      this.state.set({ sending: null });
      if (to - from === 1 && !isOfRows && error.code !== "PAYLOAD_TOO_LARGE") throw error;
      const refused = to - from === 1 ? 0 : isOfRows ? this.sink.refused(error) : null;
      if (refused === null) return this.halves(batch, range);
      return this.around(batch, range, from + refused, error.message);
    }
  }

  /** In order, so that all rows before a bad one are imported. */
  private async halves(batch: Batch, { from, to }: Range): Promise<void> {
    const middle = Math.ceil((from + to) / 2);
    await this.range(batch, { from, to: middle });
    await this.range(batch, { from: middle, to });
  }

  private async around(batch: Batch, { from, to }: Range, bad: number, problem: string): Promise<void> {
    await this.range(batch, { from, to: bad });
    this.skip(batch, bad, problem);
    await this.range(batch, { from: bad + 1, to });
  }

  private async send(batch: Batch, range: Range, joined: string, run: number): Promise<void> {
    this.pause();
    const count = range.to - range.from;
    const after = this.position.after(count, joined);
    this.state.set({ sending: { rows: after.rows, digest: after.digest, run } });
    this.state.save();
    const { id } = this.state;
    const rows = `${this.position.rows + 1}-${after.rows}`;
    const commit = { message: `Import ${this.file}, ${mark(id, rows)}`, key: `import-${id}-${run}-${rows}` };
    const { rows: written, scn } = await this.sink.send(batch, range, joined, commit);
    const { imported, skipped } = this.state.progress;
    const counts = { imported: imported + written, skipped: skipped + count - written };
    this.pass(after, { ...counts, ...(written > 0 && { scn }) });
  }

  private skip(batch: Batch, index: number, problem: string): void {
    this.badLines.add(batch.places[index]!, batch.values.get(index), problem);
    const { count, bytes } = this.badLines;
    this.pass(this.position.after(1, textOf(batch, index, index + 1)), { bad: count, badBytes: bytes });
  }

  private pass(position: Position, change: Partial<ImportState["progress"]>): void {
    this.position = position;
    this.state.set({ rows: position.rows, digest: position.digest, sending: null, ...change });
  }
}

/** Each quote and backslash is escaped once more in the body. */
function sizeOf(joined: string): number {
  // The bytes are counted only where they might matter.
  return joined.length * 2 > MOST_BYTES / 2 ? Buffer.byteLength(JSON.stringify(joined)) : joined.length * 2;
}

function isOf(codes: ReadonlySet<string>, error: unknown): error is HeliosDBError {
  return error instanceof HeliosDBError && codes.has(error.code);
}
