import { connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { AuthMiddleware } from "../../dist/index.js";
import { type Connection, connectionsToAll, eventually, frontsOf, isRunning, processOf } from "../support/fronts.js";
import { type Answer, call, execute, must, patch, post } from "../support/http.js";
import { KEYS, SECRET, startServer, type TestServer } from "../support/server.js";

const SHORT = "SELECT v FROM t WHERE id = 1";
let server: TestServer;
let connections: Connection[] = [];
beforeAll(async () => {
  server = await startServer({
    server: { fronts: 2 },
    // The server's own key: only that one manages tenants.
    auth: AuthMiddleware.fromConfig({ jwtSecret: SECRET, adminApiKey: KEYS.admin }),
  });
  await execute(server, "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)");
  await execute(server, "INSERT INTO t VALUES (1, 1)");
});
afterEach(() => {
  for (const connection of connections.splice(0)) connection.close();
});
afterAll(() => server?.remove());

const make = (more: object = {}): Promise<{ id: string; key: string }> =>
  must(server, "POST", "/v1/auth/keys", { name: "k", scopes: ["read"], ...more });

/** Queries without a pause over all connections until the end; counts those that were sent after `end` was called. */
class Hammer {
  private over = false;
  private ended = false;
  readonly before = new Set<string>();
  readonly statusesAfter: number[] = [];
  private readonly done: Promise<unknown>;

  constructor(all: readonly Connection[], key: string) {
    this.done = Promise.all(all.map((connection) => this.run(connection, key)));
  }

  /** From now on nothing that is sent may be served. */
  ends(): void {
    this.ended = true;
  }

  async stop(): Promise<void> {
    this.over = true;
    await this.done;
  }

  private async run(connection: Connection, key: string): Promise<void> {
    while (!this.over) {
      const isAfter = this.ended;
      const reply = await connection.query(SHORT, { key });
      if (isAfter) this.statusesAfter.push(reply.status);
      else this.before.add(`${reply.status} ${processOf(reply)}`);
    }
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("whoever loses a right", () => {
  it("is refused by every front from the response to the change on, whatever it was", async () => {
    connections = await connectionsToAll(server.url, 2, 3, SHORT);
    const user = async (name: string) => {
      await must(server, "POST", "/v1/auth/users", { id: name, name, role: "viewer" });
      return make({ user_id: name });
    };
    const disable = (name: string) => patch(server, `/v1/auth/users/${name}`, { disabled: true });
    type Change = readonly [key: Promise<{ id: string; key: string }>, change: (id: string) => Promise<Answer>];
    const changes: readonly (() => Change)[] = [
      () => [make(), (id) => call(server, "DELETE", `/v1/auth/keys/${id}`)],
      () => [make(), (id) => post(server, `/v1/auth/keys/${id}/rotate`, {})],
      () => [user("uma"), () => disable("uma")],
      () => [make(), (id) => call(server, "DELETE", `/v1/auth/keys/${id}`)],
      () => [user("udo"), () => disable("udo")],
    ];
    for (const [index, change] of changes.entries()) {
      const [made, ends] = change();
      const { id, key } = await made;
      const hammer = new Hammer(connections, key);
      const served = () => [...hammer.before].filter((seen) => seen.startsWith("200")).length;
      while (served() < 2) await pause(20);
      const { status } = await ends(id);
      hammer.ends();
      while (hammer.statusesAfter.length <= connections.length) await pause(20);
      await hammer.stop();
      expect([index, status]).toEqual([index, 200]);
      expect([index, [...new Set(hammer.statusesAfter)]]).toEqual([index, [401]]);
    }
  });

  it("is refused also where its request began before that, and its body came after", async () => {
    connections = await connectionsToAll(server.url, 2, 1, SHORT);
    const { id, key } = await make();
    for (const connection of connections) {
      await eventually("the front knows the key", async () => (await connection.query(SHORT, { key })).status === 200);
    }
    const body = JSON.stringify({ sql: SHORT });
    // Enough for some on each front.
    const sockets = await Promise.all(Array.from({ length: 12 }, () => begun(key, body.length)));
    await pause(50);
    expect((await call(server, "DELETE", `/v1/auth/keys/${id}`)).status).toBe(200);
    const replies = await Promise.all(sockets.map((socket) => ended(socket, body)));
    expect([...new Set(replies.map((reply) => reply.slice(0, 12)))]).toEqual(["HTTP/1.1 401"]);
  });

  it("is refused although a front hangs, which is replaced", async () => {
    connections = await connectionsToAll(server.url, 2, 1, SHORT);
    const { id, key } = await make();
    for (const connection of connections) await connection.query(SHORT, { key });
    const [hung, other] = frontsOf(process.pid) as [number, number];
    // A connection of the other one, by which the change is sent.
    const still = await talkative(connections, hung);
    try {
      const { status } = await still.send("DELETE", `/v1/auth/keys/${id}`);
      expect(status).toBe(200);
      expect(isRunning(hung)).toBe(false);
      expect((await still.query(SHORT, { key })).status).toBe(401);
    } finally {
      if (isRunning(hung)) process.kill(hung, "SIGCONT");
    }
    await eventually("there are two fronts again", () => frontsOf(process.pid).length === 2);
    expect(frontsOf(process.pid)).toContain(other);
  });

  it("is refused when its tenant is deleted, and another gets its name", async () => {
    await must(server, "POST", "/v1/tenants", { name: "acme" });
    const { key } = await make({ tenant_id: "acme", scopes: ["write"] });
    connections = await connectionsToAll(server.url, 2, 1, SHORT);
    const [one, two] = connections as [Connection, Connection];
    expect((await one.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)", { key })).status).toBe(200);
    for (const connection of connections) {
      await eventually("the front answers", async () => {
        const reply = await connection.query(SHORT, { key });
        return reply.status === 200 && processOf(reply) !== processOf(await connection.send("GET", "/version"));
      });
    }
    expect((await call(server, "DELETE", "/v1/tenants/acme")).status).toBe(200);
    for (const connection of connections) expect((await connection.query(SHORT, { key })).status).toBe(401);
    await must(server, "POST", "/v1/tenants", { name: "acme" });
    const again = await make({ tenant_id: "acme", scopes: ["write"] });
    for (const connection of [two, one, two]) {
      const reply = await connection.query(SHORT, { key: again.key });
      expect([reply.status, JSON.parse(reply.text).code]).toEqual([422, "SQL_NAME_NOT_FOUND"]);
    }
  });
});

function begun(key: string, length: number): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      const head = ["POST /v1/branches/main/query HTTP/1.1", "Host: a", `X-Api-Key: ${key}`];
      head.push("Content-Type: application/json", `Content-Length: ${length}`, "Connection: close");
      socket.write(`${head.join("\r\n")}\r\n\r\n{`, () => resolve(socket));
    });
    socket.on("error", reject);
  });
}

function ended(socket: Socket, body: string): Promise<string> {
  return new Promise((resolve) => {
    let reply = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      reply += chunk;
    });
    socket.on("close", () => resolve(reply));
    socket.write(body.slice(1));
  });
}

/** Stops a process, and returns a connection that still gets responses. */
async function talkative(all: readonly Connection[], pid: number): Promise<Connection> {
  process.kill(pid, "SIGSTOP");
  // The others fail when their front is killed.
  return Promise.any(all.map((each) => each.send("GET", "/version").then(() => each)));
}
