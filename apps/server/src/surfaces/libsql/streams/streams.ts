import { randomBytes } from "node:crypto";
import { TRANSACTION_LIMITS } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { ApiError } from "../../../errors/api-error.js";
import { ProtocolError } from "../protocol/protocol-error.js";
import { freeBaton, readFreeBaton } from "./free-baton.js";
import type { Stream } from "./stream.js";

/** How long a stream waits for its next request: longer than its transaction, which says so itself. */
export const IDLE_MS = TRANSACTION_LIMITS.idleMs.default + 5_000;

/** Bytes that waiting streams hold, those of one owner and all of them. */
export const MOST_BYTES = { ofOwner: 4 * 1024 * 1024, inAll: 32 * 1024 * 1024 } as const;

/** How the baton of a stream begins whose transaction is open. */
const IN_TRANSACTION = "t";

interface Waiting {
  readonly stream: Stream;
  readonly bytes: number;
  readonly until: number;
}

interface OfOwner {
  readonly streams: Map<string, Waiting>;
  bytes: number;
}

/**
 * The streams between two requests, by the baton that the next request brings. A stream with a transaction is kept until
 * that is over: how many there are is limited where they begin. One with stored texts is kept for a while, as long as its
 * owner's streams have room. Any other is not kept at all: what is left of it is in its baton.
 */
@Injectable()
export class Streams {
  /** The one that has waited longest is first. */
  private readonly waiting = new Map<string, Waiting>();
  private readonly owners = new Map<string, OfOwner>();
  private bytes = 0;
  private timer: NodeJS.Timeout | null = null;

  /** Null: the transaction that the baton was in is over. Throws for one that belongs to somebody else. */
  take(baton: string | null, fresh: Stream): Stream | null {
    if (baton === null) return fresh;
    this.forgetIdle();
    const kept = this.waiting.get(baton);
    if (kept) {
      const { stream } = kept;
      if (stream.owner !== fresh.owner || stream.place !== fresh.place) throw invalid();
      this.forget(baton);
      stream.hasWritten = false;
      return stream;
    }
    if (baton.startsWith(IN_TRANSACTION)) return null;
    const state = readFreeBaton(baton, fresh);
    if (state?.isOthers) throw invalid();
    fresh.foreignKeys = state?.foreignKeys ?? fresh.foreignKeys;
    fresh.lastWrite = state?.lastWrite ?? fresh.lastWrite;
    return fresh;
  }

  /** The baton with which the stream goes on. */
  keep(stream: Stream): string {
    const { isBound } = stream;
    if (!isBound && !stream.hasTexts) return freeBaton(stream, null);
    const mark = randomBytes(32).toString("base64url");
    const baton = isBound ? IN_TRANSACTION + mark : freeBaton(stream, mark);
    this.forgetIdle();
    this.add(baton, stream);
    this.makeRoom(stream.owner, 0);
    return baton;
  }

  /** Throws where all texts of the owner, or of everybody, would be too many. */
  store(stream: Stream, id: number, sql: string): void {
    stream.store(id, sql);
    this.forgetIdle();
    if (this.makeRoom(stream.owner, stream.bytes)) return;
    stream.forget(id);
    throw new ProtocolError(
      "SQL_STORE_TOO_MANY",
      "Waiting streams store too many texts. Close some, send the SQL itself, or try again shortly.",
    );
  }

  /** Forgets streams of the owner that have no transaction, the oldest first: nobody's have to go for somebody else's. */
  private makeRoom(owner: string, bytes: number): boolean {
    const own = this.owners.get(owner);
    const hasRoom = () => (own?.bytes ?? 0) + bytes <= MOST_BYTES.ofOwner && this.bytes + bytes <= MOST_BYTES.inAll;
    if (hasRoom() || !own) return hasRoom();
    for (const [baton, { stream }] of own.streams) {
      if (stream.isAutocommit) this.forget(baton);
      if (hasRoom()) return true;
    }
    return false;
  }

  private add(baton: string, stream: Stream): void {
    const { owner, bytes } = stream;
    const kept = { stream, bytes, until: performance.now() + IDLE_MS };
    const own = this.owners.get(owner) ?? { streams: new Map(), bytes: 0 };
    this.owners.set(owner, own);
    own.streams.set(baton, kept);
    own.bytes += bytes;
    this.waiting.set(baton, kept);
    this.bytes += bytes;
    this.timer ??= this.wakeAt(kept);
  }

  private forget(baton: string): void {
    const { stream, bytes } = this.waiting.get(baton)!;
    const own = this.owners.get(stream.owner)!;
    this.waiting.delete(baton);
    this.bytes -= bytes;
    own.streams.delete(baton);
    own.bytes -= bytes;
    if (own.streams.size === 0) this.owners.delete(stream.owner);
  }

  private forgetIdle(): void {
    const now = performance.now();
    for (const [baton, { until }] of this.waiting) {
      if (until > now) return;
      this.forget(baton);
    }
  }

  private wakeAt({ until }: Waiting): NodeJS.Timeout {
    const wake = () => {
      this.forgetIdle();
      const [first] = this.waiting.values();
      this.timer = first ? this.wakeAt(first) : null;
    };
    return setTimeout(wake, Math.max(1, Math.ceil(until - performance.now()))).unref();
  }
}

function invalid(): ApiError {
  return new ApiError("BAD_REQUEST", "Received an invalid baton");
}
