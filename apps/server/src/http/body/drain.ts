import type { Readable } from "node:stream";

/** A body that is refused is read and thrown away up to this size, so that a client in the middle of sending sees why. */
export const DRAIN_BYTES = 64 * 1024 * 1024;
const DRAIN_MS = 10_000;

/** Reads and throws away what is left of a body, within a bound; resolves to whether that was all of it. */
export function drain(body: Readable): Promise<boolean> {
  if (body.readableEnded || body.destroyed) return Promise.resolve(true);
  return new Promise((resolve) => {
    let size = 0;
    const finish = (isAll: boolean) => {
      clearTimeout(timer);
      body.off("data", onData).off("end", onEnd).off("error", onEnd).off("close", onEnd);
      if (!isAll) body.pause();
      resolve(isAll);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > DRAIN_BYTES) finish(false);
    };
    const onEnd = () => finish(true);
    const timer = setTimeout(() => finish(false), DRAIN_MS);
    body.on("data", onData).on("end", onEnd).on("error", onEnd).on("close", onEnd);
    body.resume();
  });
}
