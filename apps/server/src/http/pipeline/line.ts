import type { Socket } from "node:net";
import { holdReading } from "../response/reading.js";

/**
 * Requests of one connection that are under way at once: the next is ready when one has been answered. A client that reads
 * nothing keeps so many of its tenant's places for as long as it likes.
 */
export const MOST_OF_CONNECTION = 2;

const lines = new WeakMap<Socket, Line>();

/** The line of a connection's requests. */
export function lineOf(socket: Socket): Line {
  const known = lines.get(socket);
  if (known) return known;
  const made = new Line(socket);
  lines.set(socket, made);
  return made;
}

/** Ends one, so that the next has its turn. To be called once. */
type Over = () => void;

/**
 * The requests of one connection. A client may send many without waiting for the responses, and read none of them: it has
 * its connection to itself, but no more of the process than that.
 */
class Line {
  private underWay = 0;
  private waiting: ((over: Over) => void)[] = [];
  private readOn: () => void = () => {};

  constructor(private readonly socket: Socket) {}

  /** Starts a request when it is its turn. */
  run(start: (over: Over) => void): void {
    if (this.underWay < MOST_OF_CONNECTION) {
      this.underWay++;
      start(this.over);
      return;
    }
    // What has been read of the connection by now still arrives, and nothing beyond that.
    if (this.waiting.push(start) === 1) this.readOn = holdReading(this.socket);
  }

  private readonly over: Over = () => {
    this.underWay--;
    const next = this.waiting.shift();
    if (!next) return;
    if (this.waiting.length === 0) this.readOn();
    this.run(next);
  };
}
