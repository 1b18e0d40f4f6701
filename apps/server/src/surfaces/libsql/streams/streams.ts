import { randomBytes } from "node:crypto";
import { Injectable } from "@nestjs/common";
import { ApiError } from "../../../errors/api-error.js";
import { Stream } from "./stream.js";

/** Streams that wait for their next request. The oldest is forgotten for a new one. */
export const MOST_STREAMS = 1_000;

/** How the baton of a stream begins whose transaction is open. */
const IN_TRANSACTION = "t";
const OUTSIDE = "a";

/**
 * The streams between two requests, by the baton that the next request brings. A baton is used once. One outside a
 * transaction holds nothing that could be missed: if it is unknown, it simply begins a new stream, since some clients keep
 * it for ever. One inside must be known, or else later statements would run outside.
 */
@Injectable()
export class Streams {
  private readonly waiting = new Map<string, Stream>();

  /** Null: the transaction that the baton was in is over. Throws for one that belongs to somebody else. */
  take(baton: string | null, fresh: Stream): Stream | null {
    if (baton === null) return fresh;
    const stream = this.waiting.get(baton);
    if (!stream) return baton.startsWith(IN_TRANSACTION) ? null : fresh;
    if (stream.owner !== fresh.owner || stream.place !== fresh.place) {
      throw new ApiError("BAD_REQUEST", "Received an invalid baton");
    }
    this.waiting.delete(baton);
    stream.hasWritten = false;
    return stream;
  }

  /** The baton with which the stream goes on. */
  keep(stream: Stream): string {
    const isOpen = stream.transaction !== null || stream.mustRollBack;
    const baton = `${isOpen ? IN_TRANSACTION : OUTSIDE}${randomBytes(32).toString("base64url")}`;
    this.waiting.set(baton, stream);
    for (const oldest of this.waiting.keys()) {
      if (this.waiting.size <= MOST_STREAMS) break;
      // Its transaction, if it has one, expires by itself.
      this.waiting.delete(oldest);
    }
    return baton;
  }
}
