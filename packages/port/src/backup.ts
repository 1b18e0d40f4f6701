export interface BackupRequest {
  /** An empty folder. */
  readonly folder: string;
  /** SQLite files that are copied to the same folder first, each as it stands at one moment. */
  readonly alongside: readonly string[];
}

export interface BackupReport {
  readonly databases: number;
  readonly files: number;
  readonly bytes: number;
}
