import { HeliosError, type WireError } from "@heliosdb/port";
import { answerTooLarge, internalError } from "../errors.js";

/** An error as a frame carries it. `detail` is for the log only, and marks an error that nobody expected. */
export interface FailedAnswer {
  readonly error: WireError;
  readonly detail?: string;
}

export function failure(cause: unknown): FailedAnswer {
  if (cause instanceof HeliosError) return { error: cause.toWire() };
  // What V8 says when a text would be longer than it can hold.
  if (cause instanceof RangeError && cause.message.includes("string length")) {
    return { error: answerTooLarge().toWire() };
  }
  return {
    error: internalError().toWire(),
    detail: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
  };
}
