/** Null for NULL. */
export type Field = string | null;

export interface CsvFormat {
  readonly delimiter: string;
  /** Null for a file without quotes. */
  readonly quote: string | null;
  /** An unquoted field of this text is NULL. */
  readonly nullText: string;
}
