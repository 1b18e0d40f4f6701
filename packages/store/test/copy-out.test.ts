import { randomBytes } from "node:crypto";
import type { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { copyOut, numberIn } from "../src/copy-out.js";
import { connectToPrimary } from "../src/index.js";
import { Postgres, PROGRAMS } from "./support/postgres.js";

let server: Postgres;
let client: Client;
beforeAll(async () => {
  if (PROGRAMS === null) return;
  server = await Postgres.primary();
  client = await connectToPrimary([server.url]);
  await client.query("CREATE SCHEMA helios");
  await client.query("CREATE TABLE one (id bigint, body bytea)");
  // Longer than the parser's memory, and than a message; none at all; and NULL.
  const lengths = [0, 1, 8191, 65_536, 262_144, 3_000_001, null];
  for (const [id, length] of lengths.entries()) {
    await client.query("INSERT INTO one VALUES ($1, $2)", [id, length === null ? null : randomBytes(length)]);
  }
  await client.query("INSERT INTO one VALUES (9007199254740991, '\\x504743'), (-1, '\\xffff')");
});
afterAll(async () => {
  await client?.end();
  await server?.stop();
});

it.skipIf(PROGRAMS === null)("has the bytes that a query has, and goes on with the next one", async () => {
  const sql = "SELECT id, body FROM one ORDER BY id";
  const { rows } = await client.query<{ id: string; body: Buffer | null }>(sql);
  expect(await copyOut(client, `${sql} LIMIT 0`)).toEqual([]);
  const found = await copyOut(client, sql);
  expect(found.map(([id]) => String(numberIn(id!)))).toEqual(rows.map(({ id }) => id));
  for (const [i, { body }] of rows.entries()) {
    expect([i, found[i]![1]?.equals(body!) ?? null]).toEqual([i, body === null ? null : true]);
  }
});

it.skipIf(PROGRAMS === null)(
  "fails where the query fails, also after its first rows, and the connection is of use",
  async () => {
    await expect(copyOut(client, "SELECT nothing")).rejects.toThrow('column "nothing" does not exist');
    await expect(
      copyOut(client, "SELECT repeat('x', 100000), 1 / (3 - i) FROM generate_series(1, 9) i"),
    ).rejects.toThrow("division by zero");
    expect(await copyOut(client, "SELECT 1::bigint")).toEqual([[expect.any(Buffer)]]);
  },
);

it.skipIf(PROGRAMS === null)("fails where the connection is lost meanwhile", async () => {
  const other = await connectToPrimary([server.url]);
  const { rows } = await other.query("SELECT pg_backend_pid() AS pid");
  const lost = copyOut(other, "SELECT repeat('x', 1000000), pg_sleep(0.05) FROM generate_series(1, 1000)");
  await Promise.all([
    expect(lost).rejects.toThrow(),
    new Promise((later) => setTimeout(later, 300)).then(() =>
      server.run("SELECT pg_terminate_backend($1)", [rows[0].pid]),
    ),
  ]);
  await expect(copyOut(other, "SELECT 1")).rejects.toThrow();
});
