import type { RowSource } from "@heliosdb/engine";
import type { StreamEnd } from "@heliosdb/port";
import type { ReaderResponse } from "./protocol.js";
import { SpoolWriter } from "./spool.js";

/** Messages of the host about a running stream. */
export class StreamControl {
  stopped = false;
  private spool: SpoolWriter | null = null;
  private wake: (() => void) | null = null;

  attach(spool: SpoolWriter): void {
    this.spool = spool;
  }

  take(bytes: number): void {
    this.spool?.take(bytes);
    this.wake?.();
  }

  stop(): void {
    this.stopped = true;
    this.wake?.();
  }

  /** Until the host has said something. */
  async heard(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.wake = null;
  }
}

export interface StreamOutput {
  answer(message: ReaderResponse): void;
  /** Lets what was sent leave, and what has arrived in. */
  pause(): Promise<void>;
}

/**
 * Hands on the rows of a query: the first with what is known of them, in a frame, the rest through the spool. Null
 * where the host wants no more.
 */
export async function serveStream(
  id: number,
  rows: RowSource,
  spool: SpoolWriter,
  control: StreamControl,
  { answer, pause }: StreamOutput,
): Promise<StreamEnd | null> {
  control.attach(spool);
  answer({ id, begun: { ...rows.head, lines: rows.next() ?? "" } });
  for (;;) {
    await pause();
    if (control.stopped) return null;
    const lines = rows.next();
    if (lines === null) return rows.end;
    for (let left = Buffer.from(lines); left.length > 0; ) {
      const part = spool.write(left);
      if (part) {
        answer({ id, part });
        left = left.subarray(part.bytes);
      } else {
        await control.heard();
        if (control.stopped) return null;
      }
    }
  }
}
