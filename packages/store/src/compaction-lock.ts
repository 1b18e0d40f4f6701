import type { Client } from "pg";

/** Held to the end of a transaction by whoever moves the base of a log, or removes the log. */
const KEY = "hashtextextended($1 || '/' || $2, 0)";
/** Held by whoever needs the bases of a cell where they are, and to the end of a transaction by whoever moves one. */
const OF_CELL = "hashtextextended('bases of ' || $1, 0)";

/** Nobody moves the base of this log until the transaction is over. */
export async function waitForCompaction(client: Client, cell: string, stream: string): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(${KEY})`, [cell, stream]);
}

/** False where somebody else compacts this log just now, or needs the bases of the cell where they are. */
export async function lockForCompaction(client: Client, cell: string, stream: string): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT pg_try_advisory_xact_lock(${KEY}) AND pg_try_advisory_xact_lock(${OF_CELL}) AS locked`,
    [cell, stream],
  );
  return rows[0].locked;
}

/** Nobody moves a base of this cell until the connection ends. Several may ask for it at once. */
export async function holdBases(client: Client, cell: string): Promise<void> {
  await client.query(`SELECT pg_advisory_lock_shared(${OF_CELL})`, [cell]);
}
