import { HeliosError } from "@heliosdb/port";

/** The errors that are the host's own; all others come from the engine. */

export function timedOut(deadlineMs: number): HeliosError {
  return new HeliosError(
    "QUERY_TIMEOUT",
    `the request passed its deadline of ${deadlineMs} ms: the work has stopped and left no effect`,
  );
}

export function timedOutWaiting(deadlineMs: number): HeliosError {
  return new HeliosError(
    "QUERY_TIMEOUT",
    `the request passed its deadline of ${deadlineMs} ms while it waited for others: it was not started`,
  );
}

export function overloaded(bound: number, whose: string): HeliosError {
  return new HeliosError("OVERLOADED", `${bound} requests ${whose} are waiting already; try again shortly`);
}

export function shuttingDown(): HeliosError {
  return new HeliosError("SHUTTING_DOWN", "the server is shutting down");
}

/** The request was run twice and its process ended both times. It is known to have left no effect. */
export function workerLost(): HeliosError {
  return new HeliosError(
    "WORKER_LOST",
    "the process that ran the request ended twice, perhaps out of memory: the request left no effect",
  );
}

/** Even the outcome could not be found out. */
export function outcomeUnknown(): HeliosError {
  return new HeliosError(
    "WORKER_LOST",
    "the process that ran the request ended, and its outcome could not be read: it may have been committed or not; " +
      "send it again with the same request id to learn which",
  );
}

/** The reader of a stream ended: unlike other reads it can't be run again, since rows have been handed on. */
export function streamLost(): HeliosError {
  return new HeliosError(
    "WORKER_LOST",
    "the process that ran the query ended, perhaps out of memory: the rows so far are not all",
  );
}

/** Seen by nobody, or by a caller that reads on after it has closed its stream. */
export function streamGivenUp(): HeliosError {
  return new HeliosError("QUERY_TIMEOUT", "the rows are not wanted any more: the work has stopped");
}

export function readTooSlowly(): HeliosError {
  return new HeliosError(
    "QUERY_TIMEOUT",
    "the rows are read too slowly: the database had to wait for their reader while others waited for it",
  );
}

export function tooManyStreams(bound: number, whose: string): HeliosError {
  return new HeliosError(
    "OVERLOADED",
    `the answers to ${bound} streamed queries ${whose} are being read already; try again shortly`,
  );
}

export function tooManyTransfers(): HeliosError {
  return new HeliosError("OVERLOADED", "too many files are being downloaded or loaded already; try again shortly");
}

export function backupRunning(): HeliosError {
  return new HeliosError("BACKUP_RUNNING", "another backup is being made; try again when it is done");
}

export function backupExists(name: string): HeliosError {
  return new HeliosError("BACKUP_EXISTS", `There is a backup '${name}' already`);
}

export function tenantGone(): HeliosError {
  return new HeliosError("TENANT_NOT_FOUND", "the database has been dropped");
}

export function badDirectory(directory: string): HeliosError {
  return new HeliosError(
    "INVALID_FIELD",
    `"${directory.slice(0, 100)}" is no name of a database folder: 1 to 100 letters, digits, "_" or "-"`,
  );
}

export function folderInUse(dataDir: string): HeliosError {
  return new HeliosError(
    "STORAGE_UNAVAILABLE",
    `the data folder ${dataDir} is in use by another HeliosDB server; stop it or choose another folder`,
  );
}

export function folderStillWritten(dataDir: string): HeliosError {
  return new HeliosError(
    "STORAGE_UNAVAILABLE",
    `a process of an earlier HeliosDB server is still at work in the data folder ${dataDir}; end it and start again`,
  );
}

export function folderUnusable(dataDir: string, cause: unknown): HeliosError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new HeliosError("STORAGE_UNAVAILABLE", `the data folder ${dataDir} cannot be used: ${reason}`);
}

export function storageFailed(code: string): HeliosError {
  return new HeliosError(
    "STORAGE_UNAVAILABLE",
    `a file of the database can't be used (${code}); the server's log has the details`,
  );
}

export function fileUnwritable(code: string): HeliosError {
  return new HeliosError("STORAGE_UNAVAILABLE", `The file can't be written to the server's disk (${code})`);
}

export function startFailed(what: string, reason: string): HeliosError {
  return new HeliosError("WORKER_LOST", `a ${what} process could not be started: ${reason}`);
}

/** One value alone is longer than any text may be. */
export function answerTooLarge(): HeliosError {
  return new HeliosError(
    "RESULT_TOO_LARGE",
    "a value of the answer is too long to be sent; read it in parts with substr()",
  );
}

export function internalError(): HeliosError {
  return new HeliosError("INTERNAL_ERROR", "an unexpected error inside the database; the server's log has the details");
}
