import { type Cancellation, HeliosError } from "@heliosdb/port";
import { cancelled, timedOut } from "../errors/errors.js";
import { tellsNothing } from "../errors/tells-nothing.js";
import type { SpooledLines } from "../readers/spooled-lines.js";
import type { DatabaseWrites } from "../writers/database-writes.js";

/** Reads, and tells the result, or the error, when whatever it may show is safe in the database's log. */
export async function heldRead(
  writes: DatabaseWrites,
  deadlineMs: number,
  cancellation: Cancellation | undefined,
  read: () => Promise<unknown>,
): Promise<unknown> {
  const began = performance.now();
  const left = () => deadlineMs - (performance.now() - began);
  try {
    const result = await read();
    const { scn } = (result ?? {}) as { readonly scn?: unknown };
    // A result without an SCN may show anything.
    const held = writes.hold(typeof scn === "number" && isQuery(result) ? scn : undefined);
    if (held) await within(held, left(), deadlineMs, cancellation);
    return result;
  } catch (error) {
    if (error instanceof HeliosError && !tellsNothing(error.code)) {
      const held = writes.hold();
      if (held) await within(held, left(), deadlineMs, cancellation);
    }
    throw error;
  }
}

/** The same for a stream: all its rows are of the state of the first. */
export async function heldStream(
  writes: DatabaseWrites,
  stream: SpooledLines,
  deadlineMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const held = writes.hold(stream.scn);
  if (!held) return;
  try {
    await within(held, deadlineMs, deadlineMs, undefined, signal);
  } catch (error) {
    stream.close();
    throw error;
  }
}

/** The results of queries have columns, and the SCN of the state that they show. */
function isQuery(result: unknown): boolean {
  return typeof result === "object" && result !== null && "columns" in result;
}

function within(
  held: Promise<void>,
  leftMs: number,
  deadlineMs: number,
  cancellation?: Cancellation,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = (settle: () => void) => {
      clearTimeout(timer);
      ended?.();
      signal?.removeEventListener("abort", stop);
      settle();
    };
    const stop = () => {
      if (cancellation) cancellation.hasStopped = true;
      over(() => reject(signal?.reason instanceof HeliosError ? signal.reason : cancelled()));
    };
    const timer = setTimeout(() => over(() => reject(timedOut(deadlineMs))), Math.max(0, leftMs));
    const ended = cancellation?.begin(stop, false);
    signal?.addEventListener("abort", stop, { once: true });
    held.then(
      () => over(resolve),
      (error) => over(() => reject(error)),
    );
  });
}
