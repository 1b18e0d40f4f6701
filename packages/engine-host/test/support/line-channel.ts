import type { Duplex } from "node:stream";
import { readExactJson, writeExactJson } from "@heliosdb/port";

/** Messages as lines of exact JSON over a stream that goes both ways. */
export class LineChannel<Sent, Received> {
  private rest = "";

  constructor(
    private readonly stream: Duplex,
    receive: (message: Received) => void,
  ) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      const lines = (this.rest + text).split("\n");
      this.rest = lines.pop()!;
      for (const line of lines) receive(readExactJson(line) as Received);
    });
  }

  send(message: Sent): void {
    if (this.stream.writable) this.stream.write(`${writeExactJson(message)}\n`);
  }
}
