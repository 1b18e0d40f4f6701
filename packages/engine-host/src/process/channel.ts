import type { Socket } from "node:net";
import { decodeExact, readExactJson, writeExactJson } from "@heliosdb/port";
import { fieldsText } from "./fields-text.js";
import { writePromptly } from "./prompt-write.js";

/** Prefix of a line with a frame that is followed by a line of text. No JSON begins with it. */
const HEADS_TEXT = "+";

/** Prefix of a line of plain JSON: both ends encode and decode the exact values in its frame themselves. */
export const PLAIN_LINE = "=";

interface HeadedFrame {
  readonly id: number;
  readonly result: { json: string; columns: unknown };
}

/**
 * Frames over a socket: one text of exact JSON a line (JSON never contains a raw line feed).
 *
 * A channel that gathers sends all frames of one turn of the event loop in one write. One that does not writes each
 * frame at once, which the workers need: a frame must leave before the next statement blocks their event loop.
 */
export class Channel {
  private partial = "";
  /** A frame whose text has not arrived yet. */
  private headed: { readonly frame: HeadedFrame } | null = null;
  private pending = "";

  constructor(
    private readonly socket: Socket,
    private readonly gather: boolean,
    onFrame: (frame: unknown) => void,
    /** The socket's descriptor, by which a channel that does not gather writes faster. */
    private readonly fd: number | null = null,
  ) {
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      let start = 0;
      for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", start)) {
        const line = this.partial + chunk.slice(start, end);
        this.partial = "";
        start = end + 1;
        this.receive(line, onFrame);
      }
      this.partial += chunk.slice(start);
    });
    // The owner of the process learns of its end by its exit; a reset connection adds nothing to that.
    socket.on("error", () => {});
  }

  /** A text after a frame is not parsed: the receiver only passes it on. */
  private receive(line: string, onFrame: (frame: unknown) => void): void {
    if (this.headed) {
      const { frame } = this.headed;
      this.headed = null;
      frame.result.json = line;
      onFrame(frame);
    } else if (line.startsWith(HEADS_TEXT)) {
      const frame = JSON.parse(line.slice(1)) as HeadedFrame;
      frame.result.columns = decodeExact(frame.result.columns);
      this.headed = { frame };
    } else if (line.startsWith(PLAIN_LINE)) {
      onFrame(JSON.parse(line.slice(1)));
    } else {
      onFrame(readExactJson(line));
    }
  }

  /** Sends a frame whose `result.json` is JSON text, which is taken out of the frame and follows on a separate line. */
  sendHeaded({ id, result }: HeadedFrame): void {
    const { json } = result;
    result.json = "";
    this.sendText(`${HEADS_TEXT}{"id":${id},"result":${fieldsText(result, isColumns)}}\n${json}`);
  }

  send(frame: unknown): void {
    this.sendText(writeExactJson(frame));
  }

  /** Sends a frame that is exact JSON text already. */
  sendText(text: string): void {
    if (!this.gather) {
      if (this.fd === null) this.socket.write(`${text}\n`);
      else writePromptly(this.socket, this.fd, `${text}\n`);
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

  /** True while the other side has not read everything that was sent. */
  get congested(): boolean {
    return this.socket.writableLength > 0;
  }

  drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.socket.off("drain", done).off("close", done);
        resolve();
      };
      this.socket.on("drain", done).on("close", done);
    });
  }

  /** No more frames will be sent: the other side sees the end of its input. */
  end(): void {
    this.flush();
    this.socket.end();
  }
}

function isColumns(name: string): boolean {
  return name === "columns";
}
