import { HeliosError } from "@heliosdb/port";

/** The host's own errors; all others come from the engine. */

export function timedOut(deadlineMs: number): HeliosError {
  return new HeliosError(
    "QUERY_TIMEOUT",
    `The request exceeded its timeout of ${deadlineMs} ms. It was stopped and had no effect.`,
  );
}

export function timedOutWaiting(deadlineMs: number): HeliosError {
  return new HeliosError(
    "QUERY_TIMEOUT",
    `The request exceeded its timeout of ${deadlineMs} ms while it waited for other requests. It was not started.`,
  );
}

export function cancelled(): HeliosError {
  return new HeliosError("QUERY_CANCELLED", "The request was cancelled. It was stopped and had no effect.");
}

export function cancelledWaiting(): HeliosError {
  return new HeliosError(
    "QUERY_CANCELLED",
    "The request was cancelled while it waited for others. It was not started.",
  );
}

export function overloaded(bound: number, whose: string): HeliosError {
  return new HeliosError("OVERLOADED", `Too many requests: ${bound} ${whose} are already waiting. Try again shortly.`);
}

export function shuttingDown(): HeliosError {
  return new HeliosError("SHUTTING_DOWN", "The server is shutting down.");
}

/** The request was run twice, and its process ended both times. It is known to have had no effect. */
export function workerLost(): HeliosError {
  return new HeliosError(
    "WORKER_LOST",
    "The process that ran the request ended twice, perhaps out of memory. The request had no effect.",
  );
}

/** Not even the outcome could be determined. */
export function outcomeUnknown(why = "The process that ran the request ended"): HeliosError {
  return new HeliosError(
    "WORKER_LOST",
    `${why}, and the outcome is unknown: it may or may not have been committed. ` +
      "Send it again with the same request id to find out.",
  );
}

/** It was committed here, but is not in the log yet. */
export function notConfirmed(): HeliosError {
  return outcomeUnknown("The log of the database could not be written in time");
}

/** The reader of a stream ended. Unlike other reads, a stream can't be run again, since rows have been passed on. */
export function streamLost(): HeliosError {
  return new HeliosError(
    "WORKER_LOST",
    "The process that ran the query ended, perhaps out of memory. The rows so far are incomplete.",
  );
}

/** Only seen by a caller that reads on after it has closed its stream. */
export function streamGivenUp(): HeliosError {
  return new HeliosError("QUERY_TIMEOUT", "The stream was closed, and the query was stopped.");
}

export function readTooSlowly(): HeliosError {
  return new HeliosError(
    "QUERY_TIMEOUT",
    "The rows were read too slowly while other requests waited for the database. Read faster, or ask for fewer rows.",
  );
}

export function tooManyHeavy(bound: number, whose: string): HeliosError {
  return new HeliosError(
    "OVERLOADED",
    `Too many long queries: ${bound} ${whose} are already waiting for others like them. Try again shortly.`,
  );
}

export function tooManyStreams(bound: number, whose: string): HeliosError {
  return new HeliosError(
    "OVERLOADED",
    `Too many streams: ${bound} streamed queries ${whose} are already running. Try again shortly.`,
  );
}

export function tooManyTransfers(): HeliosError {
  return new HeliosError("OVERLOADED", "Too many files are being downloaded or imported. Try again shortly.");
}

export function backupRunning(): HeliosError {
  return new HeliosError("BACKUP_RUNNING", "Another backup is being made. Try again when it is complete.");
}

export function backupExists(name: string): HeliosError {
  return new HeliosError("BACKUP_EXISTS", `Backup '${name}' already exists`);
}

export function tenantGone(): HeliosError {
  return new HeliosError("TENANT_NOT_FOUND", "The database has been deleted.");
}

/** The database is used elsewhere from now on. */
export function released(): HeliosError {
  return outcomeUnknown("The database was given to another server");
}

export function badDirectory(directory: string): HeliosError {
  return new HeliosError(
    "INVALID_FIELD",
    `Invalid database id "${directory.slice(0, 100)}". Expected 1 to 100 letters, digits, "_" or "-".`,
  );
}

/** Another server has taken over. */
export function notActive(reason: string): HeliosError {
  return new HeliosError("STORAGE_UNAVAILABLE", `This server may not write the log of its databases: ${reason}.`);
}

export function anotherFolder(name: string): HeliosError {
  return new HeliosError(
    "STORAGE_UNAVAILABLE",
    `The folder of database ${name} is not the one whose log it would go on with. Remove the folder to have it made ` +
      "from the log, or delete the database to begin a new log.",
  );
}

export function recordLost(name: string): HeliosError {
  return new HeliosError(
    "STORAGE_UNAVAILABLE",
    `The record of database ${name}, meta.db, is missing. Put it back, or restore the database's whole folder: once ` +
      "it is moved elsewhere, it is made from the log.",
  );
}

export function folderInUse(dataDir: string): HeliosError {
  return new HeliosError(
    "STORAGE_UNAVAILABLE",
    `The data folder ${dataDir} is in use by another HeliosDB server. Stop that server, or choose another folder.`,
  );
}

export function folderStillWritten(dataDir: string): HeliosError {
  return new HeliosError(
    "STORAGE_UNAVAILABLE",
    `A process of an earlier HeliosDB server still uses the data folder ${dataDir}. End it, then start again.`,
  );
}

export function folderUnusable(dataDir: string, cause: unknown): HeliosError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new HeliosError("STORAGE_UNAVAILABLE", `The data folder ${dataDir} can't be used: ${reason}`);
}

export function storageFailed(code: string): HeliosError {
  return new HeliosError(
    "STORAGE_UNAVAILABLE",
    `A file of the database can't be used (${code}). See the server's log for details.`,
  );
}

export function fileUnwritable(code: string): HeliosError {
  return new HeliosError("STORAGE_UNAVAILABLE", `The file can't be written to the server's disk (${code}).`);
}

export function startFailed(what: string, reason: string): HeliosError {
  return new HeliosError("WORKER_LOST", `A ${what} process could not be started: ${reason}`);
}

/** A single value is longer than any string can be. */
export function resultTooLarge(): HeliosError {
  return new HeliosError("RESULT_TOO_LARGE", "A value is too long to be sent. Read it in parts with substr().");
}

export function internalError(): HeliosError {
  return new HeliosError("INTERNAL_ERROR", "Unexpected error in the database. See the server's log for details.");
}
