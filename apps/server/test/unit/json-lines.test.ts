import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineHost } from "@heliosdb/engine-host";
import type { JsonRowStream, JsonStreamRequest } from "@heliosdb/port";
import { afterAll, beforeAll, expect, it } from "vitest";
import { jsonLines } from "../../dist/sql/json-lines.js";

const dataDir = mkdtempSync(join(tmpdir(), "helios-json-lines-"));
let host: EngineHost;

beforeAll(async () => {
  host = await EngineHost.start({ dataDir, defaultDeadlineMs: 20_000, maxDeadlineMs: 20_000, maxRows: 10_000 });
  const statements = [
    "CREATE TABLE t (id INTEGER PRIMARY KEY, flag BOOLEAN, big BIGINT, r REAL, b BLOB, note TEXT)",
    `INSERT INTO t VALUES (1, 1, 9223372036854775807, 1e999, x'00ff', '"quoted" \u2028 ~i5'), (2, 0, 5, -0.5, x'', '')`,
    "INSERT INTO t (id, flag) VALUES (3, 7)",
  ].map((sql) => ({ sql }));
  await host.database("d").execute({ branch: "main", author: "test", statements });
});
afterAll(async () => {
  await host.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)";

/** The same query as lines that the database writes, and as those written here from its rows. */
async function both(sql: string, rows: JsonStreamRequest["rows"], more: Partial<JsonStreamRequest> = {}) {
  const request = { branch: "main", sql, ...more };
  const database = host.database("d");
  const theirs = await database.streamJson!({ ...request, rows });
  const ours = jsonLines(await database.streamQuery(request), rows);
  return [await readAll(theirs), await readAll(ours)] as const;
}

async function readAll(stream: JsonRowStream) {
  const parts: Uint8Array[] = [];
  let code = null;
  try {
    for (let part = await stream.next(); part !== null; part = await stream.next()) parts.push(part);
  } catch (error) {
    code = (error as { code: string }).code;
  }
  const { columns, scn, plan, end, workedMs } = stream;
  expect(workedMs).toBeGreaterThan(0);
  expect(parts.every((part) => part.at(-1) === 10)).toBe(true);
  return { columns, scn, plan, end, code, text: Buffer.concat(parts).toString() };
}

it.each([
  ["all kinds of values", "SELECT * FROM t", {}],
  ["names twice, and of objects' own", "SELECT id AS a, note AS a, flag AS __proto__ FROM t", {}],
  ["no rows", "SELECT * FROM t WHERE 0", {}],
  ["rows that are cut, and a plan", "SELECT id FROM t", { maxRows: 2, explain: true }],
  ["several parts", `${NUMBERS} SELECT i, 'row ' || i AS text FROM n`, {}],
  [
    "a failure after some rows",
    `${NUMBERS} SELECT CASE i WHEN 20000 THEN abs(-9223372036854775807 - 1) ELSE i END FROM n`,
    {},
  ],
])("rows written for a database that can't are what another writes: %s", async (_title, sql, more) => {
  for (const form of ["objects", "arrays"] as const) {
    const [theirs, ours] = await both(sql, form, more);
    expect(ours).toEqual(theirs);
  }
});

it("closing it closes the rows", async () => {
  const rows = await host.database("d").streamQuery({ branch: "main", sql: `${NUMBERS} SELECT a.i FROM n a, n b` });
  const stream = jsonLines(rows, "arrays");
  expect(Buffer.from((await stream.next())!).toString()).toMatch(/^\[1\]\n/);
  stream.close();
  await expect(stream.next().then(() => stream.next())).rejects.toMatchObject({ code: "QUERY_TIMEOUT" });
});
