import type { Client } from "pg";

/** Time between two statements of such a transaction, in ms, and for each kilobyte of the largest one. */
const IDLE_MS = 5000;
const IDLE_MS_PER_KB = 1;

/**
 * Begins a transaction that locks what the next node of a cell needs. The server ends it if this process stops in the
 * middle, or that one would wait for as long as it does so.
 * @param bytes of its largest statement, which may come slowly
 */
export async function beginShort(client: Client, bytes = 0): Promise<void> {
  await client.query(`BEGIN; ${limit(bytes)}`);
}

/** The same from here on, for a transaction that has begun already. */
export async function beShort(client: Client): Promise<void> {
  await client.query(limit(0));
}

function limit(bytes: number): string {
  return `SET LOCAL idle_in_transaction_session_timeout = ${IDLE_MS + Math.ceil((bytes / 1024) * IDLE_MS_PER_KB)}`;
}
