import type { Socket } from "node:net";
import { readExactJson, writeExactJson } from "@heliosdb/port";

/**
 * Frames over a socket: one text of exact JSON a line (JSON never holds a raw line feed).
 *
 * A channel that gathers sends all frames of one turn of the event loop in one write. One that does not writes each
 * frame at once, which the workers need: a frame must leave before the next statement blocks their event loop.
 */
export class Channel {
  private partial = "";
  private pending = "";

  constructor(
    private readonly socket: Socket,
    private readonly gather: boolean,
    onFrame: (frame: unknown) => void,
  ) {
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      let start = 0;
      for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", start)) {
        const line = this.partial + chunk.slice(start, end);
        this.partial = "";
        start = end + 1;
        onFrame(readExactJson(line));
      }
      this.partial += chunk.slice(start);
    });
    // Whoever owns the process learns of its end by its exit; a reset connection adds nothing to that.
    socket.on("error", () => {});
  }

  send(frame: unknown): void {
    this.sendText(writeExactJson(frame));
  }

  /** Sends a frame that is a text of exact JSON already. */
  sendText(text: string): void {
    if (!this.gather) {
      this.socket.write(`${text}\n`);
      return;
    }
    if (this.pending === "") setImmediate(() => this.flush());
    this.pending += `${text}\n`;
  }

  flush(): void {
    if (this.pending === "" || this.socket.destroyed) return;
    const text = this.pending;
    this.pending = "";
    this.socket.write(text);
  }

  /** True while the other side has yet to take what was sent. */
  get congested(): boolean {
    return this.socket.writableLength > 0;
  }

  drained(): Promise<void> {
    return new Promise((resolve) => this.socket.once("drain", resolve).once("close", resolve));
  }

  /** No more frames will be sent: the other side sees the end of its input. */
  end(): void {
    this.flush();
    this.socket.end();
  }
}
