import type { CopyRequest, ReadOperation } from "@heliosdb/engine";
import { type HeliosError, quoted } from "@heliosdb/port";
import { PLAIN_LINE } from "../process/channel.js";
import type { StreamOperation } from "./protocol.js";
import { writeRead } from "./request-text.js";
import type { SpooledLines } from "./spooled-lines.js";

/** One read from its call to its answer, over as many attempts as it takes. */
export class ReadJob {
  settled = false;
  /** When a process first ended by itself while it ran this, or null. */
  private lostAt: number | null = null;
  /** How often it was stopped, while it ran on a reader for heavy requests, for others. */
  slices = 0;
  /** How often each rewound copy has been asked for; null before the first, as for most. */
  private copies: Map<string, number> | null = null;
  /** A stream that was told to stop has until then to do so by itself. */
  graceUntil = 0;
  /** The key under which a heavy request is remembered, or null. */
  readonly shape: string | null;
  private readonly body: string;

  constructor(
    readonly database: string,
    operation: ReadOperation | StreamOperation,
    readonly deadlineMs: number,
    private readonly settle: { resolve(result: unknown): void; reject(error: HeliosError): void; done(): void },
    /** Where its rows go, if they are handed on while it runs. */
    readonly stream: SpooledLines | null = null,
  ) {
    this.body = `"database":${quoted(database)},"operation":${writeRead(operation)}}`;
    this.shape = shapeOf(database, operation);
  }

  /** Whether rewound copies were made for it. */
  get hasCopies(): boolean {
    return this.copies !== null;
  }

  /** How often one copy has been asked for; a query may need several, one for each of its moments. */
  countCopy({ file, scn }: CopyRequest): number {
    const key = `${file}@${scn}`;
    this.copies ??= new Map();
    const times = (this.copies.get(key) ?? 0) + 1;
    this.copies.set(key, times);
    return times;
  }

  /**
   * A process has ended by itself while it ran this. Returns whether it is the second, and was seen alive after the first
   * had ended: otherwise both may have ended at once, before it had begun.
   */
  lost(seenAt: number, now: number): boolean {
    if (this.lostAt !== null) return seenAt > this.lostAt;
    this.lostAt = now;
    return false;
  }

  frame(id: number): string {
    return `${PLAIN_LINE}{"id":${id},${this.body}`;
  }

  resolve(result: unknown): void {
    if (this.finish()) this.settle.resolve(result);
  }

  reject(error: HeliosError): void {
    if (this.finish()) this.settle.reject(error);
  }

  private finish(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.settle.done();
    return true;
  }
}

const LONGEST_SHAPE = 8192;

/**
 * Reads that differ only in their parameters, in which part of the past they read or in how their rows are handed on,
 * share a shape.
 */
function shapeOf(database: string, operation: ReadOperation | StreamOperation): string | null {
  let shape: string;
  if ("stream" in operation) return null;
  if (operation.op === "query" || operation.op === "queryJson") {
    const { branch, at, sql } = operation.request;
    shape = `${database} ${branch} ${at?.kind ?? "now"} ${sql}`;
  } else if (operation.op === "readTable" || operation.op === "readTableJson") {
    const { branch, at, table, filter = "", orderBy = "", includeTotal } = operation.request;
    shape = `${database} ${branch} ${at?.kind ?? "now"} ${table} ${filter} ${orderBy} ${includeTotal}`;
  } else return null;
  return shape.length > LONGEST_SHAPE ? null : shape;
}
