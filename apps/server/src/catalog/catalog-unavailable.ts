import { ApiError } from "../errors/api-error.js";

/** SQLite found the file damaged, missing or not writable, or the disk full. */
const STORAGE = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|PERM)/;

/** The catalog could not be read or written; nothing was changed. */
export class CatalogUnavailable extends ApiError {
  private constructor(
    code: string,
    /** What only the log may tell. */
    readonly failure: unknown,
  ) {
    super("STORAGE_UNAVAILABLE", `The server's catalog can't be used (${code}). See the server's log for details.`);
  }

  /** What to throw instead of an error of the driver. */
  static from(error: unknown): unknown {
    const { driverError, code = driverError?.code } = error as { driverError?: { code?: unknown }; code?: unknown };
    return typeof code === "string" && STORAGE.test(code) ? new CatalogUnavailable(code, error) : error;
  }
}
