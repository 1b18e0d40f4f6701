import {
  type Column,
  type ColumnType,
  jsonRowWriter,
  type QueryResult,
  type Row,
  type StreamEnd,
  type StreamHead,
  writeExactJson,
} from "@heliosdb/port";
import type { LineForm, RowSource } from "../api/api.js";
import { toHeliosError } from "../file/sqlite-error.js";
import type { Bound } from "../values/parameters.js";
import type { SqliteValue } from "../values/sqlite-value.js";
import { knownColumns, noted, type RowStatement } from "./run-query.js";

/** The first part is small: it is waited for before anything is known. */
const FIRST_ROWS = 500;
const FIRST_CHARACTERS = 64 * 1024;
const PART_CHARACTERS = 256 * 1024;
/** Rows that come slowly are handed on as they come. */
const PART_MS = 100;

/** The rows of a query as lines of text, read part by part. */
export class RowLines implements RowSource {
  readonly head: StreamHead;
  private readonly rows: Iterator<SqliteValue[]>;
  private readonly types: (ColumnType | null)[];
  private readonly line: (row: Row) => string;
  private first: string | null;
  private rowCount = 0;
  private truncated = false;
  private isDone = false;
  private failure: unknown = null;
  private readonly closings: (() => void)[] = [];

  constructor(
    query: RowStatement,
    bound: Bound,
    known: Pick<QueryResult, "scn" | "plan">,
    form: LineForm,
    private readonly maxRows = Number.POSITIVE_INFINITY,
  ) {
    this.types = [...query.declaredTypes];
    this.line = lineWriter(form, query.columns, this.types);
    this.rows = query.statement.iterate(bound) as Iterator<SqliteValue[]>;
    this.first = this.read(FIRST_ROWS, FIRST_CHARACTERS);
    // Where the first row fails there is nothing to hand on before the failure.
    if (this.first === null) this.throwFailure();
    this.head = { columns: knownColumns(query, this.types), ...known };
  }

  next(): string | null {
    const { first } = this;
    this.first = null;
    return first ?? this.read(Number.POSITIVE_INFINITY, PART_CHARACTERS) ?? this.throwFailure();
  }

  get end(): StreamEnd {
    return { rowCount: this.rowCount, truncated: this.truncated };
  }

  /** Called when the rows are closed. */
  onClose(closing: () => void): void {
    this.closings.push(closing);
  }

  close(): void {
    this.finish();
    for (const closing of this.closings.splice(0)) closing();
  }

  /** Null where nothing is left. What fails behind a row that was read already fails with the next call. */
  private read(mostRows: number, mostCharacters: number): string | null {
    const until = performance.now() + PART_MS;
    let text = "";
    try {
      for (let rows = 0; !this.isDone && rows < mostRows && text.length < mostCharacters; rows++) {
        if (rows > 0 && performance.now() > until) break;
        const { done, value } = this.rows.next();
        if (done || this.rowCount === this.maxRows) {
          this.truncated = !done;
          this.finish();
        } else {
          text += this.line(noted(value, this.types));
          this.rowCount++;
        }
      }
    } catch (error) {
      this.failure = error;
      this.finish();
    }
    return text === "" ? null : text;
  }

  private finish(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.rows.return?.();
  }

  private throwFailure(): null {
    if (this.failure !== null) throw toHeliosError(this.failure);
    return null;
  }
}

/** `types` are those known when a row is written. */
function lineWriter(
  form: LineForm,
  columns: readonly Pick<Column, "name">[],
  types: readonly (ColumnType | null)[],
): (row: Row) => string {
  if (form === "exact") return (row) => `${writeExactJson(row)}\n`;
  const write = jsonRowWriter(form, columns, types);
  return (row) => `${write(row)}\n`;
}
