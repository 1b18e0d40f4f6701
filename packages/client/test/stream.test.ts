import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HeliosDBClient, QueryStream } from "../src/index.js";
import { AnsweringServer } from "./support/answering-server.js";

let server: AnsweringServer;
let client: HeliosDBClient;
beforeEach(async () => {
  server = await AnsweringServer.start();
  client = server.client;
});
afterEach(async () => {
  await server.stop();
});

const TYPE = { "content-type": "application/x-ndjson; dialect=lite" };
const FIRST = `{"columns":["a"],"column_types":["text"],"scn":7}\n`;
const END = `{"end":true,"row_count":2,"truncated":false,"execution_time_ms":3,"scn":7}\n`;

function answered(...pieces: (string | Buffer)[]): void {
  server.answer = async (_request, response) => {
    response.writeHead(200, TYPE);
    for (const piece of pieces) {
      response.write(piece);
      await sleep(20);
    }
    response.end();
  };
}

async function all(stream: QueryStream): Promise<unknown[]> {
  const rows = [];
  for await (const row of stream) rows.push(row);
  return rows;
}

const stream = (sql = "SELECT 1") => client.sql.stream(sql);

describe("a stream of rows", () => {
  it("sends the query, and asks for lines", async () => {
    let seen: unknown;
    server.answer = async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const { accept, "x-api-key": key } = request.headers;
      seen = [request.method, request.url, accept, key, JSON.parse(Buffer.concat(chunks).toString())];
      response.writeHead(200, TYPE).end(FIRST + END);
    };
    const options = { branch: "a b", params: [5n], asOf: "scn:3", timeoutMs: 10, maxRows: 9, explain: true } as const;
    expect(await all(await client.sql.stream("SELECT $1", options))).toEqual([]);
    expect(seen).toEqual([
      "POST",
      "/v1/branches/a%20b/query",
      "application/x-ndjson; dialect=lite",
      "hdb_test",
      {
        sql: "SELECT $1",
        params: [{ type: "int8", value: "5" }],
        as_of: "scn:3",
        timeout_ms: 10,
        max_rows: 9,
        explain: true,
      },
    ]);
    await expect(client.sql.stream("SELECT 1", { branch: "" })).rejects.toBeInstanceOf(TypeError);
  });

  it("reads lines however they are cut, and splits them at line feeds alone", async () => {
    const row = Buffer.from(`{"a":"é\u2028\u0085x"}\n`);
    answered(
      FIRST.slice(0, 5),
      FIRST.slice(5),
      row.subarray(0, 7),
      row.subarray(7),
      row,
      END.slice(0, 9),
      END.slice(9),
    );
    const rows = await stream();
    expect([rows.columns, rows.columnTypes, rows.scn, rows.end]).toEqual([["a"], ["text"], 7, null]);
    expect(await all(rows)).toEqual([{ a: "é\u2028\u0085x" }, { a: "é\u2028\u0085x" }]);
    expect(rows.end).toEqual({ rowCount: 2, truncated: false, executionTimeMs: 3 });
    expect(await all(rows)).toEqual([]);
  });

  it("is split in the same way where the audit log is exported", async () => {
    const entry = { id: "1", time: "2026-11-21T10:00:00Z", object: "a\u2028b" };
    answered(`${JSON.stringify(entry)}\n`, `${JSON.stringify(entry)}\n`);
    const objects = [];
    for await (const { object } of client.audit.export()) objects.push(object);
    expect(objects).toEqual(["a\u2028b", "a\u2028b"]);
  });

  it("takes rows that look like the last line for what they are", async () => {
    const like = `{"end":true,"row_count":1}\n{"status":500,"error":"x","code":"Y"}\n`;
    answered(FIRST + like + END);
    expect(await all(await stream())).toEqual([
      { end: true, row_count: 1 },
      { status: 500, error: "x", code: "Y" },
    ]);
  });

  it("gives each row when it has come", async () => {
    let go = () => {};
    server.answer = (_request, response) => {
      response.writeHead(200, TYPE);
      response.write(`${FIRST}{"a":"1"}\n`);
      go = () => response.end(END);
    };
    for await (const row of await stream()) {
      expect(row).toEqual({ a: "1" });
      go();
    }
  });

  it("throws the error of the last line as the class of its status, after the rows before it", async () => {
    const error = {
      status: 408,
      error: "RequestTimeout",
      message: "too late",
      code: "QUERY_TIMEOUT",
      request_id: "r1",
    };
    answered(`${FIRST}{"a":"1"}\n`, `${JSON.stringify({ ...error, sqlite_code: "X" })}\n`);
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const row of await stream()) seen.push(row);
    })();
    await expect(reading).rejects.toMatchObject({
      name: "QueryTimeoutError",
      status: 408,
      code: "QUERY_TIMEOUT",
      message: "too late",
      requestId: "r1",
      details: { sqlite_code: "X" },
    });
    expect(seen).toEqual([{ a: "1" }]);
  });

  it("throws where the last line is missing, and where the connection is lost", async () => {
    answered(`${FIRST}{"a":"1"}\n`);
    await expect(all(await stream())).rejects.toMatchObject({
      name: "UnexpectedResponseError",
      code: "INVALID_ANSWER",
    });
    server.answer = async (_request, response) => {
      response.writeHead(200, TYPE);
      response.write(`${FIRST}{"a":"1"}\n`);
      await sleep(20);
      response.destroy();
    };
    await expect(all(await stream())).rejects.toMatchObject({ name: "ConnectionError", code: "CONNECTION_FAILED" });
    answered(`${FIRST}<html>\n`);
    await expect(all(await stream())).rejects.toMatchObject({ code: "INVALID_ANSWER" });
  });

  it("refuses an answer that is no stream", async () => {
    server.answer = (_request, response) => response.end(`{"columns":[],"rows":[]}`);
    await expect(stream()).rejects.toMatchObject({ code: "INVALID_ANSWER" });
    server.answer = (_request, response) => response.end();
    await expect(stream()).rejects.toMatchObject({ code: "INVALID_ANSWER" });
  });

  it("is tried again before it has begun, and throws what the server refuses", async () => {
    let asked = 0;
    server.answer = (_request, response) => {
      if (++asked < 3) response.writeHead(503, { "retry-after": "0" }).end(`{"code":"OVERLOADED","message":"busy"}`);
      else response.writeHead(200, TYPE).end(FIRST + END);
    };
    expect((await stream()).scn).toBe(7);
    expect(asked).toBe(3);
    server.answer = (_request, response) =>
      response.writeHead(422).end(`{"code":"SQL_NAME_NOT_FOUND","message":"no such"}`);
    await expect(stream()).rejects.toMatchObject({ name: "InvalidRequestError", code: "SQL_NAME_NOT_FOUND" });
  });

  it("ends the request when its reader leaves, cancels, or aborts", async () => {
    let closed: Promise<unknown> = Promise.resolve();
    server.answer = (_request, response) => {
      closed = once(response, "close");
      response.writeHead(200, TYPE);
      response.write(`${FIRST}{"a":"1"}\n{"a":"2"}\n`);
    };
    for await (const row of await stream()) {
      expect(row).toEqual({ a: "1" });
      break;
    }
    await closed;
    const unread = await stream();
    await unread.cancel();
    await closed;
    const gone = new AbortController();
    const aborted = all(await client.sql.stream("SELECT 1", { signal: gone.signal }));
    gone.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    await closed;
    const silent = client.sql.stream("SELECT 1", { requestTimeoutMs: 200 });
    await expect(all(await silent)).rejects.toMatchObject({ code: "REQUEST_TIMEOUT" });
    await closed;
  });

  it("waits for a reader who takes long over a row", async () => {
    answered(`${FIRST}{"a":"1"}\n`, `{"a":"2"}\n`, END);
    const rows = [];
    for await (const row of await client.sql.stream("SELECT 1", { requestTimeoutMs: 300 })) {
      rows.push(row);
      await sleep(500);
    }
    expect(rows).toHaveLength(2);
  });
});
