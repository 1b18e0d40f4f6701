export interface BackupInfo {
  readonly name: string;
  /** On the server's machine. */
  readonly path: string;
  /** Seconds since 1970: when it was begun. */
  readonly createdAt: number;
  readonly databases: number;
  readonly files: number;
  readonly bytes: number;
}
