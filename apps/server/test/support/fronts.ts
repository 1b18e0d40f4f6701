import { execFileSync } from "node:child_process";
import { Agent, type IncomingHttpHeaders, type RequestOptions, request } from "node:http";
import { KEYS } from "./server.js";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Sent {
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One connection to a server, and so to one of its fronts. */
export class Connection {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(readonly url: string) {}

  send(method: string, path: string, body: string | null = null, { key = KEYS.admin, headers }: Sent = {}) {
    const options: RequestOptions = {
      method,
      agent: this.agent,
      headers: {
        ...(key !== null && { "x-api-key": key }),
        ...(body !== null && { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
        ...headers,
      },
    };
    return new Promise<Reply>((resolve, reject) => {
      const sent = request(this.url + path, options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      });
      sent.on("error", reject).end(body ?? undefined);
    });
  }

  query(sql: string, options?: Sent): Promise<Reply> {
    return this.send("POST", "/v1/branches/main/query", JSON.stringify({ sql }), options);
  }

  execute(sql: string, options?: Sent): Promise<Reply> {
    return this.send("POST", "/v1/branches/main/execute", JSON.stringify({ sql }), options);
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Ids of requests begin with what is the same for all of one process. */
export function processOf({ headers }: Reply): string {
  return String(headers["x-request-id"]).slice(0, 12);
}

/** Connections to each front of a server, `each` of them, to which the query is short by then. */
export async function connectionsToAll(url: string, fronts: number, each: number, sql: string): Promise<Connection[]> {
  const main = processOf(await oneReply(url));
  const found = new Map<string, Connection[]>();
  for (let tries = 0; tries < 1000; tries++) {
    const connection = new Connection(url);
    const front = await answeringFront(connection, main, sql);
    const others = found.get(front) ?? [];
    if (others.length >= each) connection.close();
    else found.set(front, [...others, connection]);
    const all = [...found.values()];
    if (all.length === fronts && all.every((connections) => connections.length === each)) return all.flat();
  }
  throw new Error("some front never got a connection");
}

/** The front that answers a query by itself, as soon as it does. */
async function answeringFront(connection: Connection, main: string, sql: string): Promise<string> {
  for (let tries = 0; tries < 400; tries++) {
    const reply = await connection.query(sql);
    if (reply.status === 200 && processOf(reply) !== main) return processOf(reply);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`no front answers ${sql}`);
}

async function oneReply(url: string): Promise<Reply> {
  const connection = new Connection(url);
  try {
    return await connection.send("GET", "/version");
  } finally {
    connection.close();
  }
}

/** The process ids of a server's fronts. */
export function frontsOf(main: number): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === main && args?.includes("front-main") ? [Number(pid)] : [];
  });
}

/** Waits until something holds. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 4800; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`never: ${what}`);
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
