import { HeliosDBError } from "@heliosdb/client";
import type { BadLines } from "./bad-lines.js";
import { type Batch, textOf } from "./batches.js";
import type { ImportState, Progress } from "./import-state.js";
import { Position } from "./position.js";
import { gone } from "./resume.js";
import { mark, type Range, type Sink, type Written } from "./sink.js";

/** Errors about too many rows at once. */
const OF_SIZE = new Set(["PAYLOAD_TOO_LARGE", "QUERY_TIMEOUT", "RESOURCE_LIMIT"]);
/** Beyond this, a request is not even tried whole: the server's default limit is 10 MiB. */
const MOST_BYTES = 9 * 1024 * 1024;

/** A request for a whole batch that is under way. */
interface Flight {
  readonly batch: Batch;
  readonly after: Position;
  readonly key: string;
  readonly written: Promise<Written>;
}

/** While the server writes the rows of one, it reads and checks the next. */
const MOST_FLIGHTS = 2;
/** The request before was refused, or came later than this one. */
const TOO_EARLY = new Set(["PREDECESSOR_FAILED"]);

/**
 * Sends batches in the order of the file, and saves how far it came. Where nothing is wrong with them, two are under way
 * at once; the second says which one it follows, so that it is not written without that.
 */
export class Importer {
  /** After the rows that are done. */
  position = Position.start;
  readonly #flights: Flight[] = [];

  constructor(
    private readonly sink: Sink,
    /** The file, as the history shows it. */
    private readonly file: string,
    private readonly state: ImportState,
    private readonly badLines: BadLines,
    /** Called before each request and may throw. */
    private readonly pause: () => void,
  ) {}

  /** Resolves when the next batch may be added, and rejects for this one or an earlier one. */
  async add(batch: Batch): Promise<void> {
    if (batch.problems.size > 0 || (batch.count > 1 && sizeOf(batch.text) > MOST_BYTES)) {
      await this.settle();
      return this.inOrder(batch);
    }
    if (this.#flights.length === MOST_FLIGHTS) await this.land();
    this.launch(batch);
  }

  /** Waits for the requests under way. */
  async settle(): Promise<void> {
    while (this.#flights.length > 0) await this.land();
  }

  private launch(batch: Batch): void {
    const last = this.#flights.at(-1);
    const range = { from: 0, to: batch.count };
    const start = last?.after ?? this.position;
    const { after, commit } = this.begin(start, batch, range, batch.text, this.state.run);
    const written = this.sink.send(batch, range, batch.text, { ...commit, after: last?.key });
    // It is awaited when it is its turn.
    written.catch(() => {});
    this.#flights.push({ batch, after, key: commit.key, written });
  }

  /** Waits for the first request under way. */
  private async land(): Promise<void> {
    const { batch, after, written } = this.#flights[0]!;
    try {
      const result = await written;
      this.#flights.shift();
      this.pass(after, this.counted(batch.count, result));
    } catch (error) {
      const behind = this.#flights.splice(0).slice(1);
      await Promise.allSettled(behind.map((one) => one.written));
      if (!this.isWithoutEffect(error) && !isOf(TOO_EARLY, error)) throw error;
      // Nor had those that say that they follow it.
      this.state.forgetSent();
      if (isOf(TOO_EARLY, error)) await this.inOrder(batch);
      else await this.refused(batch, { from: 0, to: batch.count }, error);
      for (const next of behind) await this.inOrder(next.batch);
    }
  }

  private async inOrder(batch: Batch): Promise<void> {
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
      const { rows, scn } = await this.send(batch, range, textOf(batch, range.from, range.to), run);
      if (rows > 0 && !(await this.sink.has(scn))) throw gone();
      return true;
    } catch (error) {
      if (!this.isWithoutEffect(error)) throw error;
      this.state.forgetSent(run, batch.from);
      return false;
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
      if (!this.isWithoutEffect(error)) throw error;
      this.state.forgetSent();
      await this.refused(batch, range, error);
    }
  }

  /** Sends all but the rows that an error is about. */
  private async refused(batch: Batch, range: Range, error: HeliosDBError): Promise<void> {
    const { from, to } = range;
    const isOfRows = this.sink.refusals.has(error.code);
    if (to - from === 1 && !isOfRows && error.code !== "PAYLOAD_TOO_LARGE") throw error;
    const refused = to - from === 1 ? 0 : isOfRows ? this.sink.refused(error) : null;
    if (refused === null) return this.halves(batch, range);
    return this.around(batch, range, from + refused, error.message);
  }

  private isWithoutEffect(error: unknown): error is HeliosDBError {
    return isOf(this.sink.refusals, error) || isOf(OF_SIZE, error);
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

  private async send(batch: Batch, range: Range, joined: string, run: number): Promise<Written> {
    const { after, commit } = this.begin(this.position, batch, range, joined, run);
    const written = await this.sink.send(batch, range, joined, commit);
    this.pass(after, this.counted(range.to - range.from, written));
    return written;
  }

  /** Saves that rows will be sent. */
  private begin(start: Position, batch: Batch, { from, to }: Range, joined: string, run: number) {
    this.pause();
    const after = start.after(to - from, joined);
    this.state.willSend({ from: batch.from + from, rows: after.rows, digest: after.digest, run });
    this.state.save();
    const { id } = this.state;
    const rows = `${start.rows + 1}-${after.rows}`;
    const commit = { message: `Import ${this.file}, ${mark(id, rows)}`, key: `import-${id}-${run}-${rows}` };
    return { after, commit };
  }

  private counted(count: number, { rows: written, scn }: Written): Partial<Progress> {
    const { imported, skipped } = this.state.progress;
    const counts = { imported: imported + written, skipped: skipped + count - written };
    return { ...counts, ...(written > 0 && { scn }) };
  }

  private skip(batch: Batch, index: number, problem: string): void {
    this.badLines.add(batch.places[index]!, batch.values.get(index), problem);
    const { count, bytes } = this.badLines;
    this.pass(this.position.after(1, textOf(batch, index, index + 1)), { bad: count, badBytes: bytes });
  }

  private pass(position: Position, change: Partial<Progress>): void {
    this.position = position;
    this.state.pass({ rows: position.rows, digest: position.digest, ...change });
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
