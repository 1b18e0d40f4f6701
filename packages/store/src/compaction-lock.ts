import type { Client } from "pg";

/** Held to the end of a transaction by whoever moves the base of a log, or removes the log. */
const KEY = "hashtextextended($1 || '/' || $2, 0)";

/** Nobody moves the base of this log until the transaction is over. */
export async function waitForCompaction(client: Client, cell: string, stream: string): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(${KEY})`, [cell, stream]);
}

/** False where somebody else compacts this log just now. */
export async function lockForCompaction(client: Client, cell: string, stream: string): Promise<boolean> {
  const { rows } = await client.query(`SELECT pg_try_advisory_xact_lock(${KEY}) AS locked`, [cell, stream]);
  return rows[0].locked;
}
