import type { Client } from "pg";

/** Whether commits of this primary wait for a standby, so that each is on two machines before anybody is told of it. */
export async function waitsForStandby(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ names: string; commit: string }>(
    "SELECT current_setting('synchronous_standby_names') AS names, current_setting('synchronous_commit') AS commit",
  );
  const { names = "", commit = "" } = rows[0] ?? {};
  return names.trim() !== "" && (commit === "on" || commit === "remote_apply");
}
