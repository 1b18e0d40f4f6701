/** A connection that writes a database file, as the journal sees it. */
export interface JournaledConnection {
  /** False after it is closed. */
  readonly open: boolean;
  readonly inTransaction: boolean;
  pragma(text: string, options?: { readonly simple?: boolean }): unknown;
  close(): unknown;
}

/**
 * Learns of every change to a database's files that their write-ahead logs don't show, in the order in which they
 * happen, so that it can keep a copy of the folder elsewhere. It reads what SQLite writes to a file from the file's log.
 * Paths are absolute. It is told of rewound copies and transfers too, and may ignore them.
 *
 * While there is a journal, SQLite checkpoints no file of the database by itself: a log that is moved into its file
 * before the journal has read it is lost for the copy. Closing the last connection to a file is a checkpoint as well, so
 * only the journal closes connections.
 */
export interface FileJournal {
  /**
   * Whether writes of rows need not wait for the disk. The journal knows then how far the disk may be behind, and has it
   * catch up before any other call of the writer.
   */
  readonly defersSync: boolean;
  /** From now on, a connection writes to the file. The journal must be asked to close it. */
  opened(path: string, connection: JournaledConnection): void;
  /** Closes a connection that is no longer used, as soon as its file's log may be moved. */
  close(connection: JournaledConnection): void;
  /** Whether the file's log may be moved into the file now. */
  mayCheckpoint(path: string): boolean;
  /** A file was made with this content. */
  made(path: string, content: Uint8Array): void;
  /** A file becomes a copy of what is now committed to another one, which nobody writes until it is copied. */
  copied(source: string, target: string): void;
  /**
   * A copy was changed and closed. `pages` is its log, if it has any, and is removed after this call. Its first page may
   * have been written without the log.
   */
  finished(path: string, pages: string): void;
  /** A file from elsewhere, which nobody has open, gets a name among the database's files after this call. */
  adopted(source: string, path: string): void;
  renamed(from: string, to: string): void;
  removed(path: string): void;
}
