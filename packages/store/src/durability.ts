import type { Client } from "pg";

/** In SQL: whether commits of this primary wait for a standby, so that each is on two machines before anybody is told of it. */
export const WAITS_FOR_STANDBY = `
(trim(current_setting('synchronous_standby_names')) <> '' AND
  current_setting('synchronous_commit') IN ('on', 'remote_apply'))`;

/** The same, asked of a primary. */
export async function waitsForStandby(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ waits: boolean }>(`SELECT ${WAITS_FOR_STANDBY} AS waits`);
  return rows[0]?.waits ?? false;
}
