import type { Retention } from "@heliosdb/port";

/** The command line of a child process, as one JSON text. */
export interface WorkerArguments {
  readonly databasesDir: string;
  /** Where SQLite puts data that does not fit in memory. */
  readonly tempDir: string;
  readonly lockFile: string;
  readonly clockOffsetMs: number;
  readonly maxOpenDatabases: number;
  readonly retention: Retention;
  readonly maxAnswerBytes: number;
  /** Whether the folder of a database may be put in another one's place while readers have it open. */
  readonly mayBeReplaced: boolean;
}

/** The two sockets that a child process inherits. */
export const FRAMES_FD = 3;
export const LIFELINE_FD = 4;
/** Where a writer with logs tells what is safe in them. */
export const CONFIRMATIONS_FD = 5;
