import { HeliosError, type WireError } from "@heliosdb/port";
import { internalError, resultTooLarge, storageFailed } from "../errors/errors.js";

/** An error in a frame. `detail` is only for the log, and marks an unexpected error. */
export interface FailedResponse {
  readonly error: WireError;
  readonly detail?: string;
}

/** SQLite, or the system, found a file damaged, missing or not writable, or the disk full. */
const STORAGE = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|PERM)|^(ENOSPC|EDQUOT|EROFS|EIO|EACCES|EPERM)$/;

export function failure(cause: unknown): FailedResponse {
  if (cause instanceof HeliosError) return { error: cause.toWire() };
  // V8's message if a string would exceed its maximum length.
  if (cause instanceof RangeError && cause.message.includes("string length")) {
    return { error: resultTooLarge().toWire() };
  }
  const { code } = cause as { code?: unknown };
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  if (typeof code === "string" && STORAGE.test(code)) return { error: storageFailed(code).toWire(), detail };
  return {
    error: internalError().toWire(),
    detail,
  };
}
