import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RateLimitMiddleware } from "../../dist/index.js";
import { Connection, eventually, processOf, type Reply, type Sent } from "../support/fronts.js";
import { execute, must, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";
import { IN_CELL } from "../support/test-cell.js";

const limits = () => new RateLimitMiddleware(undefined, { enforced: false });
const CORS = ["https://app.example.com"];
let servers: [TestServer, TestServer];
let connections: [Connection, Connection];

beforeAll(async () => {
  const plain = { corsOrigins: CORS, fronts: 0 };
  servers = await Promise.all([
    startServer({ server: plain, limits: limits() }),
    startServer({ server: { ...plain, fronts: 2 }, limits: limits() }),
  ]);
  for (const server of servers) {
    await execute(server, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, r REAL, b BLOB)");
    await execute(server, "INSERT INTO t VALUES (1, 'é \"quoted\"', 1.5, x'00ff'), (2, NULL, NULL, NULL)");
    await must(server, "POST", "/v1/branches", { name: "dev" });
  }
  connections = [new Connection(servers[0].url), new Connection(servers[1].url)];
});
afterAll(async () => {
  for (const connection of connections ?? []) connection.close();
  for (const server of servers ?? []) await server.remove();
});

/** All of a reply that isn't different each time. */
function lasting({ status, headers, text }: Reply): object {
  const { date, "x-request-id": id, "x-ratelimit-reset": reset, ...others } = headers;
  expect([typeof date, typeof id]).toEqual(["string", "string"]);
  const body = text
    .replaceAll(String(id), "ID")
    .replace(/"(execution_time_ms|elapsed_ms|timestamp|created_at|updated_at|server_time)":[^,}]+/g, '"$1":0');
  return {
    status,
    headers: {
      ...others,
      "content-length": undefined,
      ...("x-ratelimit-remaining" in others && { "x-ratelimit-remaining": "N" }),
    },
    hasReset: reset !== undefined,
    body,
  };
}

async function both(method: string, path: string, body: string | null, options?: Sent): Promise<[Reply, Reply]> {
  return [
    await connections[0].send(method, path, body, options),
    await connections[1].send(method, path, body, options),
  ];
}

const QUERY = "/v1/branches/main/query";
const POINT = JSON.stringify({ sql: "SELECT id, v, r, b FROM t WHERE id = $1", params: [1] });

/** Method, path, body and options. */
const REQUESTS: readonly (readonly [string, string, string | null, Sent?])[] = [
  ["POST", QUERY, POINT],
  ["POST", QUERY, POINT, { headers: { accept: "application/json", "x-request-id": "mine-1" } }],
  ["POST", QUERY, POINT, { headers: { accept: SPEC } }],
  ["POST", QUERY, POINT.replace("}", ', "explain": false}'), { headers: { accept: SPEC } }],
  ["POST", QUERY, POINT, { headers: { accept: "application/x-ndjson" } }],
  ["POST", QUERY, POINT, { headers: { accept: "application/x-ndjson;dialect=spec, */*;q=0.1" } }],
  ["POST", QUERY, POINT, { headers: { origin: CORS[0]! } }],
  ["POST", QUERY, POINT, { headers: { "content-type": "application/json; charset=utf-8" } }],
  ["POST", QUERY, POINT, { headers: { "content-type": "text/plain" } }],
  ["POST", QUERY, POINT, { headers: { "content-encoding": "gzip" } }],
  ["POST", QUERY, POINT, { headers: { "idempotency-key": "k-1" } }],
  ["POST", QUERY, POINT, { headers: { "x-helios-front": "https 6.6.6.6 full" } }],
  ["POST", QUERY, POINT, { headers: { connection: "keep-alive, x-api-key" } }],
  ["POST", QUERY, POINT, { key: null }],
  ["POST", QUERY, POINT, { key: "wrong" }],
  ["POST", QUERY, POINT, { key: KEYS.nothing }],
  ["POST", QUERY, POINT, { key: KEYS.other }],
  ["POST", QUERY, POINT, { headers: { authorization: "Bearer nonsense" } }],
  ["POST", QUERY, POINT.replace("[1]", "[]")],
  ["POST", QUERY, POINT.replace("[1]", "[9007199254740993]")],
  ["POST", QUERY, POINT.replace("[1]", '["\\ud800"]')],
  ["POST", QUERY, POINT.replace("}", ', "timeout_ms": 999999999}')],
  ["POST", QUERY, POINT.replace("}", ', "max_rows": 0}')],
  ["POST", QUERY, POINT.replace("}", ', "limit": 1}')],
  ["POST", QUERY, '{"sql": "SELECT'],
  ["POST", QUERY, POINT.replace("}", ', "as_of": "scn:2"}')],
  ["POST", QUERY, POINT.replace("}", ', "transaction_id": "txn_0123456789abcdef"}')],
  ["POST", QUERY, "[]"],
  ["POST", QUERY, ""],
  ["POST", QUERY, null],
  ["POST", QUERY, '{"sql": "SELECT nothing FROM t"}'],
  ["POST", QUERY, '{"sql": "DELETE FROM t"}'],
  ["POST", QUERY, '{"sql": "SELECT count(*) FROM t, t AS u"}'],
  ["POST", QUERY, JSON.stringify({ sql: `SELECT '${"x".repeat(200_000)}'` })],
  ["POST", `${QUERY}?x=1`, POINT],
  ["POST", "/v1/branches/dev/query", POINT],
  ["POST", "/v1/branches/d%65v/query", POINT],
  ["POST", "/v1/branches/none/query", POINT],
  ["POST", "/v1/branches//query", POINT],
  ["PUT", QUERY, POINT],
  ["OPTIONS", QUERY, null],
  ["OPTIONS", QUERY, null, { headers: { origin: CORS[0]!, "access-control-request-method": "POST" } }],
  ["HEAD", "/version", null],
  ["GET", "/version", null],
  ["GET", "/readyz", null],
  ["GET", "/v1/branches/main/tables/t/rows", null],
  ["GET", "/v1/openapi.json", null],
  ["GET", "/nothing/here", null],
  ["GET", "/v1/branches/%zz", null],
  ["DELETE", "/v1/branches/main", null],
  ["POST", "/v1/branches/main/execute", '{"sql": "UPDATE t SET v = v WHERE id = 1"}'],
  ["POST", "/db/query", '["SELECT id FROM t"]'],
];

describe("a server with fronts", () => {
  it("gives the same responses as one without", async () => {
    const [, main] = await both("GET", "/version", null);
    const shortOnes = REQUESTS.slice(0, 2);
    // In a cell, main answers everything.
    await eventually("the front answers by itself", async () => {
      if (IN_CELL) return true;
      const replies = await Promise.all(shortOnes.map((request) => both(...request)));
      await new Promise((resolve) => setTimeout(resolve, 50));
      return replies.every(([, front]) => processOf(front) !== processOf(main));
    });
    const answeredByFront: number[] = [];
    for (const [index, request] of REQUESTS.entries()) {
      const [without, withFronts] = await both(...request);
      expect([request, lasting(withFronts)]).toEqual([request, lasting(without)]);
      if (processOf(withFronts) !== processOf(main) && !request[3]?.headers?.["x-request-id"])
        answeredByFront.push(index);
    }
    // Of the first ten, those that are plain; of the others, what looks like one of them.
    expect(answeredByFront).toEqual(IN_CELL ? [] : expect.arrayContaining([0, 7]));
  });

  it("passes on what no client library sends, as it came", async () => {
    const requests = [
      "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      "GET http://a/version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      "GET /version HTTP/1.0\r\n\r\n",
      "GET /version HTTP/1.1\r\nConnection: close\r\n\r\n",
      "GET /version HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx",
      "no HTTP\r\n\r\n",
      `POST ${QUERY} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${KEYS.admin}\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n10\r\n{"sql":"SELECT 1\r\n2\r\n"}\r\n0\r\n\r\n`,
      `POST ${QUERY} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${KEYS.admin}\r\nExpect: 100-continue\r\nContent-Length: 18\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{"sql":"SELECT 1"}`,
      `POST ${QUERY} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\nContent-Type: application/json\r\n\r\n{"sql"`,
    ];
    for (const request of requests) {
      const [without, withFronts] = await Promise.all(servers.map(({ url }) => rawReply(url, request)));
      expect([request, withFronts]).toEqual([request, without]);
    }
  });
});

/** Up to the end of the connection, or of what comes at once; without what is different each time. */
function rawReply(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let reply = "";
    const finish = () => {
      socket.destroy();
      resolve(
        reply
          .replace(/req_[0-9a-z]+/g, "ID")
          .replace(/^date: .*$/im, "")
          .replace(/^(x-ratelimit-\w+|content-length): .*$/gim, "")
          .replace(/"execution_time_ms":\d+/, ""),
      );
    };
    let timer: NodeJS.Timeout;
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      reply += chunk;
      clearTimeout(timer);
      if (/\r\n\r\n[\s\S]*[\]}]$/.test(reply)) timer = setTimeout(finish, 200);
    });
    socket.on("close", finish).on("error", finish);
    socket.write(text);
  });
}
