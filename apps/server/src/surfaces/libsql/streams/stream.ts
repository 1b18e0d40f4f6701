import { type BranchRef, NO_WRITE, type PointInTime } from "@heliosdb/port";
import { ProtocolError } from "../protocol/protocol-error.js";
import type { Savepoints } from "./savepoints.js";

/** Texts that a stream stores. */
export const MOST_TEXTS = 50;
export const LONGEST_TEXT = 5_000;

/** What a stream and a text of it take beside the characters. */
const STREAM_BYTES = 1024;
const TEXT_BYTES = 128;

/** The open transaction of a stream. */
export interface OpenTransaction {
  readonly id: string;
  readonly onlyReads: boolean;
  readonly savepoints: Savepoints;
}

/** What a client's connection would keep: a sequence of requests that follow each other by batons. */
export class Stream {
  private readonly texts = new Map<number, string>();
  private textBytes = 0;
  transaction: OpenTransaction | null = null;
  /** The server rolled its transaction back: until the client says so too, nothing runs outside it by mistake. */
  mustRollBack = false;
  foreignKeys = true;
  lastWrite = NO_WRITE;
  /** Something was written in this request. */
  hasWritten = false;

  constructor(
    readonly owner: string,
    readonly branch: BranchRef,
    /** Null for the branch as it is. */
    readonly at: PointInTime | null,
    /** The address, by which batons are bound. */
    readonly place: string,
  ) {}

  get isAutocommit(): boolean {
    return this.transaction === null;
  }

  /** Its next request must come back to it, since what is meant to be inside a transaction must not run outside. */
  get isBound(): boolean {
    return !this.isAutocommit || this.mustRollBack;
  }

  get hasTexts(): boolean {
    return this.texts.size > 0;
  }

  /** What it holds while it waits, roughly. */
  get bytes(): number {
    return STREAM_BYTES + this.textBytes;
  }

  store(id: number, sql: string): void {
    if (sql.length > LONGEST_TEXT) {
      throw new ProtocolError(
        "SQL_STORE_TOO_LARGE",
        `A stored text has at most ${LONGEST_TEXT} characters, got ${sql.length}.`,
      );
    }
    if (!this.texts.has(id) && this.texts.size >= MOST_TEXTS) {
      throw new ProtocolError("SQL_STORE_TOO_MANY", `A stream stores at most ${MOST_TEXTS} texts. Close some first.`);
    }
    this.forget(id);
    this.texts.set(id, sql);
    this.textBytes += bytesOf(sql);
  }

  forget(id: number): void {
    const sql = this.texts.get(id);
    if (sql === undefined) return;
    this.texts.delete(id);
    this.textBytes -= bytesOf(sql);
  }

  textOf({ sql, sqlId }: { readonly sql: string | null; readonly sqlId: number | null }): string {
    if (sql !== null && sqlId === null) return sql;
    if (sql === null && sqlId !== null) {
      const stored = this.texts.get(sqlId);
      if (stored !== undefined) return stored;
      throw new ProtocolError("SQL_NOT_FOUND", `SQL text ${sqlId} not found. Store it in this stream first.`);
    }
    throw new ProtocolError("SQL_INPUT_ERROR", "Expected sql or sql_id, and not both.");
  }
}

function bytesOf(sql: string): number {
  return TEXT_BYTES + 2 * sql.length;
}
