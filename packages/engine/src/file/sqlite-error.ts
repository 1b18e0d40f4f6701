import { type ErrorData, HeliosError, type PortErrorCode } from "@heliosdb/port";

/** An error of SQLite as better-sqlite3 throws it. */
export interface SqliteFailure extends Error {
  readonly code: string;
}

export function isSqliteFailure(error: unknown): error is SqliteFailure {
  return error instanceof Error && "code" in error && /^SQLITE_/.test(String(error.code));
}

const STORAGE = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|PERM)/;

/** SQLite found the file missing, damaged or not writable, or the disk full. */
export function isStorageFailure(error: unknown): error is SqliteFailure {
  return isSqliteFailure(error) && STORAGE.test(error.code);
}

/** Converts an error from preparing or running a user's statement to the neutral error that the user gets. */
export function toHeliosError(error: unknown, extra: ErrorData = {}): HeliosError {
  if (error instanceof HeliosError) {
    return Object.keys(extra).length === 0 ? error : error.with(extra);
  }
  if (!isSqliteFailure(error)) {
    if (error instanceof RangeError && /too large|too big|exceed/i.test(error.message)) {
      return new HeliosError("SQL_ERROR", error.message, extra);
    }
    throw error;
  }
  const [code, message, data] = classify(error);
  return new HeliosError(code, message, { ...data, ...extra }, { native: { code: error.code, text: error.message } });
}

function classify(error: SqliteFailure): [PortErrorCode, string, ErrorData] {
  const text = error.message;
  switch (error.code) {
    case "SQLITE_CONSTRAINT_UNIQUE":
    case "SQLITE_CONSTRAINT_PRIMARYKEY":
    case "SQLITE_CONSTRAINT_ROWID":
      return ["UNIQUE_VIOLATION", text, columnsOf(text)];
    case "SQLITE_CONSTRAINT_FOREIGNKEY":
      return ["FOREIGN_KEY_VIOLATION", text, {}];
    case "SQLITE_CONSTRAINT_TRIGGER":
      // From ON DELETE RESTRICT, which SQLite implements as a trigger.
      return [text === "FOREIGN KEY constraint failed" ? "FOREIGN_KEY_VIOLATION" : "SQL_ERROR", text, {}];
    case "SQLITE_CONSTRAINT_NOTNULL":
      return ["NOT_NULL_VIOLATION", text, columnsOf(text)];
    case "SQLITE_CONSTRAINT_CHECK":
      return ["CHECK_VIOLATION", text, { constraint: after(text, "failed: ") }];
    case "SQLITE_CONSTRAINT_DATATYPE":
      return ["TYPE_MISMATCH", text, {}];
    case "SQLITE_MISMATCH":
      return ["TYPE_MISMATCH", "datatype mismatch: the primary key of this table takes integers only", {}];
    case "SQLITE_NOMEM":
    case "SQLITE_TOOBIG":
      return [error.code === "SQLITE_NOMEM" ? "RESOURCE_LIMIT" : "SQL_ERROR", text, {}];
    case "SQLITE_ERROR":
      return classifyText(text);
    default:
      if (STORAGE.test(error.code)) {
        return ["STORAGE_UNAVAILABLE", "The database's storage is unavailable. Nothing was changed.", {}];
      }
      return ["SQL_ERROR", text, {}];
  }
}

/** SQLITE_ERROR covers syntax, unknown names and run-time errors alike; only the text distinguishes them. */
function classifyText(text: string): [PortErrorCode, string, ErrorData] {
  if (/syntax error|incomplete input|unrecognized token|^near /.test(text)) return ["INVALID_SQL", text, {}];
  const later = /no such table: (?:main\.|temp\.)?_helios_later_(.*)$/.exec(text);
  if (later) return ["SQL_NAME_NOT_FOUND", `no such table at that point in time: ${later[1]}`, { table: later[1]! }];
  if (
    /^no such (table|column|function|index|view|trigger|collation)|has no column named|ambiguous column name/.test(text)
  ) {
    const column = /no such column: (\S+)|has no column named (\S+)/.exec(text);
    return ["SQL_NAME_NOT_FOUND", text, column ? { column: column[1] ?? column[2]! } : {}];
  }
  if (/cannot (INSERT into|UPDATE) generated column/.test(text)) return ["TYPE_MISMATCH", text, {}];
  return ["SQL_ERROR", text, {}];
}

/** "UNIQUE constraint failed: users.email, users.name" → table and columns. */
function columnsOf(text: string): ErrorData {
  const list = after(text, "failed: ");
  if (!list || list.startsWith("index ")) return list ? { constraint: list } : {};
  const parts = list.split(", ").map((part) => part.split("."));
  return { table: parts[0]?.[0] ?? "", columns: parts.map((part) => part.slice(1).join(".")) };
}

function after(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? "" : text.slice(at + mark.length);
}
