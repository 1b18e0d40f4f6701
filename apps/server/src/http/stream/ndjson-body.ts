import { Readable } from "node:stream";
import type { JsonRowStream, StreamEnd } from "@heliosdb/port";
import { ApiError } from "../../errors/api-error.js";

/** The text around the rows, without a line feed. */
export interface NdjsonTexts {
  first(): string;
  last(end: StreamEnd): string;
  failed(error: unknown): string;
}

const BUFFER = 256 * 1024;
/** A client that takes nothing for so long is gone. */
const IDLE_MS = 60_000;
/** How long a client may go on reading while the server shuts down. */
export const LAST_MS = 5_000;
const LOOK_EVERY_MS = 1_000;

/** The body of an NDJSON response: rows are read as fast as the client takes them, and closed however it ends. */
export class NdjsonBody extends Readable {
  private begun = false;
  /** Since when the client has what it could take, or null. */
  private fullSince: number | null = null;
  private failure: Error | null = null;
  private isOver = false;
  private endingSince: number | null = null;
  private readonly watch: NodeJS.Timeout;

  constructor(
    private readonly rows: JsonRowStream,
    private readonly texts: NdjsonTexts,
    private readonly isClosing: () => boolean,
  ) {
    super({ highWaterMark: BUFFER });
    this.watch = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.watch.unref();
  }

  /** Gives no further rows, and says why. False if all of them were given. */
  cancel(error: Error): boolean {
    if (this.isOver) return false;
    this.failure = error;
    this.rows.close();
    return true;
  }

  override _read(): void {
    this.fullSince = null;
    void this.fill();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearInterval(this.watch);
    this.rows.close();
    done(error);
  }

  private async fill(): Promise<void> {
    try {
      if (!this.begun) {
        this.begun = true;
        this.give(`${this.texts.first()}\n`);
        return;
      }
      if (this.hasLingered()) throw new ApiError("SHUTTING_DOWN");
      if (this.failure) throw this.failure;
      const lines = await this.rows.next();
      if (lines !== null) this.give(lines);
      else this.finish(this.texts.last(this.rows.end!));
    } catch (error) {
      if (!this.destroyed) this.finish(this.texts.failed(this.failure ?? error));
    }
  }

  private give(bytes: Uint8Array | string): void {
    if (!this.push(bytes)) this.fullSince = performance.now();
  }

  private finish(line: string): void {
    this.isOver = true;
    this.rows.close();
    this.push(`${line}\n`);
    this.push(null);
    // The rest may still be more than a client takes.
    this.fullSince ??= performance.now();
  }

  private hasLingered(): boolean {
    if (!this.isClosing()) return false;
    this.endingSince ??= performance.now();
    return performance.now() - this.endingSince > LAST_MS;
  }

  /** A client that reads nothing would never be told of anything. */
  private look(): void {
    const ending = this.hasLingered();
    if (this.fullSince === null) return;
    const idle = performance.now() - this.fullSince;
    if (idle > IDLE_MS || (ending && idle > LAST_MS)) this.destroy(new Error("the client doesn't read"));
  }
}
