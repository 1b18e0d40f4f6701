import type { HeliosDBClient } from "@heliosdb/client";
import { HeliosDBError } from "@heliosdb/client";
import { converted, createTable, type ImportColumn } from "./read/guess.js";
import type { ImportRecord } from "./read/records.js";

export interface LoadRequest {
  readonly branch: string;
  readonly table: string;
  /** Whether the table is made first. */
  readonly isNew: boolean;
  readonly columns: readonly ImportColumn[];
  readonly records: readonly ImportRecord[];
  readonly file: string;
  readonly onProgress: (rows: number) => void;
  readonly signal: AbortSignal;
}

/** One row could not be written. Nothing of the file was imported. */
export class RowRefusedError extends Error {
  constructor(
    readonly line: number,
    override readonly cause: unknown,
  ) {
    super(`Line ${line}: ${cause instanceof Error ? cause.message : String(cause)} Nothing was imported.`);
  }
}

const ROWS = 500;
const MOST_MS = 300_000;
const IDLE_MS = 60_000;

/** All rows of the file as one commit, or none. */
export async function load(client: HeliosDBClient, request: LoadRequest): Promise<void> {
  const { branch, table, isNew, columns, records, file, onProgress, signal } = request;
  const options = { branch, message: `Import ${file}`, maxMs: MOST_MS, idleMs: IDLE_MS };
  await client.transaction(async (transaction) => {
    if (isNew) await transaction.execute(createTable(table, columns));
    for (let at = 0; at < records.length; at += ROWS) {
      signal.throwIfAborted();
      const part = records.slice(at, at + ROWS);
      const insert = (some: readonly ImportRecord[]) =>
        transaction.table(table).insert(some.map((each) => rowOf(each, columns)));
      try {
        await insert(part);
      } catch (error) {
        throw await blamed(part, insert, error);
      }
      onProgress(at + part.length);
    }
  }, options);
}

function rowOf({ values }: ImportRecord, columns: readonly ImportColumn[]) {
  return Object.fromEntries(columns.map(({ name, type }) => [name, converted(values[name], type)]));
}

/** Which line of a part is to blame: halves are tried until one row is left. The transaction is rolled back afterwards. */
async function blamed(
  part: readonly ImportRecord[],
  insert: (some: readonly ImportRecord[]) => Promise<unknown>,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof HeliosDBError) || error.status === 0 || error.status >= 500) return error;
  let suspects = part;
  let last: unknown = error;
  while (suspects.length > 1) {
    const half = suspects.slice(0, Math.ceil(suspects.length / 2));
    try {
      await insert(half);
      suspects = suspects.slice(half.length);
    } catch (refusal) {
      last = refusal;
      suspects = half;
    }
  }
  return new RowRefusedError(suspects[0]!.line, last);
}
