import type { HeliosDBClient, Row } from "@heliosdb/client";
import { rowKey } from "../keys/row-key.js";
import type { MovedRow, Staged } from "./staged.js";
import { movedRows, readAgain, statementsOf, touchedRows } from "./statements.js";

/** Somebody changed rows that were edited here. Nothing was saved. */
export class RowsMovedError extends Error {
  constructor(readonly rows: readonly MovedRow[]) {
    super(
      `Nothing was saved: ${rows.length === 1 ? "a row that you changed was" : `${rows.length} rows that you changed were`} ` +
        "changed by somebody else since you read it. Look at what it is now, then decide.",
    );
  }
}

export interface SaveRequest {
  readonly branch: string;
  readonly table: string;
  readonly keys: readonly string[];
  readonly staged: Staged;
  readonly message: string;
}

/** All staged changes as one commit, or none: the rows are read again first, while nobody else can write. */
export async function save(
  client: HeliosDBClient,
  { branch, table, keys, staged, message }: SaveRequest,
): Promise<void> {
  const work = { branch, ...(message.trim() !== "" && { message: message.trim() }) };
  await client.transaction(async (transaction) => {
    const before = touchedRows(staged);
    const after = new Map<string, Row | undefined>();
    for (const row of before) {
      const { sql, params } = readAgain(table, keys, row);
      const { rows } = await transaction.query(sql, { params });
      after.set(rowKey(row, keys), rows[0]);
    }
    const moved = movedRows(before, after, keys);
    if (moved.length > 0) throw new RowsMovedError(moved);
    await transaction.batch(statementsOf(table, keys, staged));
  }, work);
}
