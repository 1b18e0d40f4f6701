import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { execute, get, must } from "../support/http.js";
import { startServer, type TestServer, testAuth } from "../support/server.js";
import { makeSigner, type Signer } from "../support/signing.js";

const FIXTURE = join(import.meta.dirname, "fixtures/commands.sh");
const COMMANDS = new Map(
  readFileSync(FIXTURE, "utf8")
    .split(/^### /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n") + 1)]),
);
/** Stand-ins for programs that a machine may lack. */
const TOOLS = `
command -v uuidgen > /dev/null || uuidgen() { '${process.execPath}' -p 'crypto.randomUUID()'; }
command -v jq > /dev/null || jq() { '${process.execPath}' -e 'process.stdin.setEncoding("utf8"); let t = "";
  process.stdin.on("data", (c) => t += c).on("end", () => console.log(JSON.stringify(JSON.parse(t), null, 2)))'; }
`;

let server: TestServer;
let signer: Signer;

beforeAll(async () => {
  const auth = testAuth()
    .withApiKey("my-secret-token", "tom", "default", "c8", ["read"], "token")
    .withApiKey("my-api-key", "kim", "default", "c9", ["write"], "key");
  server = await startServer({ auth });
  await must(server, "POST", "/v1/branches", { name: "my_database" });
  await execute(server, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INT, email TEXT)", "my_database");
  await execute(server, "INSERT INTO users VALUES (1, '张三', 30, 'zhangsan@example.com')", "my_database");
  await execute(server, "INSERT INTO users VALUES (2, '李四', 28, 'lisi@example.com')", "my_database");
  signer = await makeSigner(server);
});
afterAll(() => server?.remove());

/** Runs a command of the document as it is printed, but for the address. */
async function run(name: string, replace: readonly (readonly [string, string])[] = []) {
  let script = COMMANDS.get(name)!.replaceAll("http://127.0.0.1:8080", server.url);
  for (const [printed, real] of replace) {
    expect(script).toContain(printed);
    script = script.replaceAll(printed, real);
  }
  const env = { ...process.env, API_KEY: signer.id, API_SECRET: signer.secret };
  const { stdout } = await promisify(execFile)("bash", ["--norc", "-c", TOOLS + script], { env });
  return JSON.parse(stdout);
}

it("has a test for each of the document's commands", () => {
  expect([...COMMANDS.keys()]).toHaveLength(7);
});

it("signs a request", async () => {
  expect(await run("signing")).toEqual({ columns: ["1"], rows: [[1]], total: 1, truncated: false });
  // Again, with another nonce.
  expect(await run("signing")).toMatchObject({ total: 1 });
});

it.each(["health", "health check"])("answers the %s", async (name) => {
  expect(await run(name)).toEqual({ status: "ok", version: "1.0.0" });
});

it("queries data", async () => {
  expect(await run("query data")).toEqual({
    columns: ["id", "name", "email"],
    rows: [
      [1, "张三", "zhangsan@example.com"],
      [2, "李四", "lisi@example.com"],
    ],
    total: 2,
    truncated: false,
  });
  const { entries } = (await get(server, "/v1/audit?trace_id=req-20260215-abc123")).body;
  expect(entries).toMatchObject([
    { operation: "sqlexecQuery", branch: "my_database", user_id: "tom", object: "SELECT" },
  ]);
});

it("inserts data", async () => {
  expect(await run("insert data")).toEqual({ affected_rows: 1 });
  const { entries } = (await get(server, "/v1/audit?trace_id=req-20260215-def456")).body;
  expect(entries).toMatchObject([{ operation: "sqlexecQuery", user_id: "kim", scn: expect.any(Number) }]);
});

it("shows tables", async () => {
  expect(await run("show tables")).toEqual({
    columns: ["table_name"],
    rows: [["users"]],
    total: 1,
    truncated: false,
  });
});

it("handles an error, once its placeholder is a signature", async () => {
  expect(await run("error handling")).toEqual({ error: "unauthorized", code: 401 });
  const body = '{\n    "sql": "SELECT * FROM nonexistent_table"\n  }';
  const sign = `$(echo -n "POST/api/v1/query$TIMESTAMP""test-nonce$BODY" | openssl dgst -sha256 -hmac "$API_SECRET" | awk '{print $2}')`;
  const signed = await run("error handling", [
    ["my-api-key", "$API_KEY"],
    ["$(date +%s)", "$TIMESTAMP"],
    ["curl -s", `BODY='${body}'\nTIMESTAMP=$(date +%s)\ncurl -s`],
    ["<computed-signature>", sign],
  ]);
  expect(signed).toEqual({ error: "query failed", code: 400 });
});
