import type { HeliosError, JsonRowStream, StreamEnd, StreamHead } from "@heliosdb/port";
import { streamGivenUp } from "../errors/errors.js";
import type { BegunStream } from "./protocol.js";
import type { Spool, SpoolPart } from "./spool.js";

/** Bytes that are read from the spool at once. */
const PIECE = 256 * 1024;
const LINE_FEED = 10;

export interface StreamWork {
  /** Bytes of the spool may be written again. */
  taken(bytes: number): void;
  /** Nobody wants the rows any more. */
  stop(why: HeliosError): void;
}

/** One query's rows on their way from a reader to the caller. */
export class SpooledLines implements JsonRowStream {
  columns: StreamHead["columns"] = [];
  scn = 0;
  plan?: string;
  end: StreamEnd | null = null;
  /** Resolves when the first rows are there. */
  readonly begun: Promise<this>;
  private begin!: (stream: this) => void;
  private refuse!: (error: HeliosError) => void;
  private hasBegun = false;
  private readonly calledAt = performance.now();
  private doneAt: number | null = null;
  private first: Uint8Array | null = null;
  private readonly parts: SpoolPart[] = [];
  /** The beginning of a line whose end has not been read. */
  private partial: Uint8Array[] = [];
  /** Bytes that lie in the spool, and for how long they have filled it. */
  private lying = 0;
  private fullSince: number | null = null;
  private fullBefore = 0;
  private outcome: StreamEnd | HeliosError | null = null;
  private wake: (() => void) | null = null;
  private closed = false;

  constructor(
    private readonly spool: Spool,
    private readonly work: StreamWork,
    /** Called once, when it needs no slot any more. */
    private readonly released: () => void,
  ) {
    this.begun = new Promise((resolve, reject) => {
      this.begin = resolve;
      this.refuse = reject;
    });
  }

  get isBegun(): boolean {
    return this.hasBegun;
  }

  get workedMs(): number {
    return (this.doneAt ?? performance.now()) - this.calledAt;
  }

  /** How long the reader has had to wait for the caller. */
  get fullMs(): number {
    return this.fullBefore + (this.fullSince === null ? 0 : performance.now() - this.fullSince);
  }

  /** From the reader: what is known, and the first rows. */
  start({ lines, ...head }: BegunStream): void {
    this.hasBegun = true;
    Object.assign(this, head);
    this.first = Buffer.from(lines);
    // It doesn't matter to the rows whether the name can be removed; the next start of the server does it too.
    void this.spool.removeName().catch(() => {});
    this.begin(this);
  }

  /** From the reader: more lies in the spool. */
  add(part: SpoolPart): void {
    this.parts.push(part);
    this.lying += part.bytes;
    if (this.lying === this.spool.size) this.fullSince = performance.now();
    this.wake?.();
  }

  /** The work is over: what lies ready is still given, and then this. */
  finish(outcome: StreamEnd | HeliosError): void {
    if (this.outcome !== null) return;
    this.outcome = outcome;
    this.doneAt = performance.now();
    if (!this.hasBegun) {
      this.refuse(outcome as HeliosError);
      this.release();
    }
    this.wake?.();
  }

  async next(): Promise<Uint8Array | null> {
    if (this.end) return null;
    for (;;) {
      if (this.closed) throw streamGivenUp();
      const { first } = this;
      this.first = null;
      if (first && first.length > 0) return first;
      const part = this.parts[0];
      if (part) {
        const lines = this.wholeLines(await this.take(part));
        if (lines) return lines;
      } else if (this.outcome === null) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.wake = null;
      } else {
        this.release();
        if (this.outcome instanceof Error) throw this.outcome;
        this.end = this.outcome;
        return null;
      }
    }
  }

  close(why = streamGivenUp()): void {
    if (this.closed) return;
    this.work.stop(why);
    this.release();
    this.wake?.();
  }

  private async take(part: SpoolPart): Promise<Buffer> {
    const bytes = Math.min(part.bytes, PIECE);
    const piece = await this.spool.read(part.at, bytes).catch((error) => {
      this.close();
      throw error;
    });
    if (bytes === part.bytes) this.parts.shift();
    else this.parts[0] = { at: part.at + bytes, bytes: part.bytes - bytes };
    this.fullBefore = this.fullMs;
    this.fullSince = null;
    this.lying -= bytes;
    this.work.taken(bytes);
    return piece;
  }

  /** Up to the last line feed, with what was kept of the first line; null where there is none. */
  private wholeLines(piece: Buffer): Uint8Array | null {
    const end = piece.lastIndexOf(LINE_FEED) + 1;
    const kept = this.partial;
    if (end === 0) {
      kept.push(piece);
      return null;
    }
    this.partial = end === piece.length ? [] : [piece.subarray(end)];
    const lines = piece.subarray(0, end);
    return kept.length === 0 ? lines : Buffer.concat([...kept, lines]);
  }

  private release(): void {
    if (this.closed) return;
    this.closed = true;
    this.partial = [];
    this.parts.length = 0;
    this.first = null;
    void this.spool.close().catch(() => {});
    this.released();
  }
}
