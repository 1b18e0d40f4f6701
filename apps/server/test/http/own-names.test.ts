import { afterAll, beforeAll, expect, it } from "vitest";
import { HeliumSession } from "../support/helium.js";
import { executeAll } from "../support/hrana.js";
import { execute, get, post } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";
import { query } from "../support/signing.js";

let server: TestServer;
let scn: number;
let helium: HeliumSession;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE old (a)");
  await execute(server, "INSERT INTO old VALUES (1)");
  ({ scn } = (await get(server, "/v1/branches/main")).body);
  await execute(server, "CREATE TABLE later (b)");
  await execute(server, "CREATE VIEW seen AS SELECT b FROM later");
  await execute(server, "INSERT INTO later VALUES (2)");
  helium = await HeliumSession.open(server, "admin", KEYS.admin);
});
afterAll(() => server?.remove());

/** Queries that fail where they are read before the table was made: `then` is the point in the SQL itself, or nothing. */
const QUERIES = (then: string): readonly string[] => [
  `SELECT count(*) FROM later${then}`,
  `SELECT count(*) FROM main.later${then}`,
  `SELECT * FROM old${then}, later${then}`,
  `SELECT (SELECT b FROM later${then}) FROM old${then}`,
  `SELECT a FROM old${then} WHERE a IN (SELECT b FROM later${then})`,
  `WITH x AS (SELECT b FROM later${then}) SELECT * FROM x`,
  `SELECT c FROM old${then}`,
  `SELECT c FROM old${then} AS o`,
  `SELECT a FROM old${then}, old${then} AS o`,
];

const rqlite = async (path: string, body?: unknown) => {
  const response = await fetch(server.url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { "x-api-key": KEYS.admin },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return response.text();
};

/** What each way of asking says of a query, at a point in the request (`at`) or in its SQL. */
async function answers(sql: string, at: boolean): Promise<readonly string[]> {
  const point = at ? `scn:${scn}` : "now";
  const asOf = at ? { as_of: point } : {};
  const all: unknown[] = [
    await rqlite(`/db/query?as_of=${point}&q=${encodeURIComponent(sql)}`),
    await rqlite(`/db/request?as_of=${point}`, [sql]),
    await executeAll(server, [sql], { place: at ? `main@${point}` : "main" }),
    (await post(server, "/v1/branches/main/query", { sql, ...asOf })).body,
  ];
  if (!at) all.push((await query(server, KEYS.admin, sql, {})).body);
  return all.map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
}

it("no message of any surface has a name of the engine's", async () => {
  for (const at of [true, false]) {
    for (const sql of QUERIES(at ? "" : ` AS OF SCN ${scn}`)) {
      for (const answer of await answers(sql, at)) {
        expect(answer, sql).toMatch(/error/);
        expect(answer, sql).not.toMatch(/_helios_/i);
        if (sql.includes("later") && !answer.includes("query failed"))
          expect(answer, sql).toMatch(/no such table(?: at that point in time)?: (?:main\.)?later/);
      }
    }
  }
  for (const answer of await answers("SELECT * FROM seen", true)) expect(answer).not.toMatch(/_helios_/i);
  const page = await helium.get([`main@scn:${scn}`, "later", "data"]);
  expect([page.status, JSON.stringify(page.body)]).toEqual([404, expect.not.stringMatching(/_helios_/i)]);
});
