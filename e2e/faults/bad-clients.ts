import { connect, type Socket } from "node:net";
import { API_KEY } from "../support/server.js";

const MB = 1024 * 1024;

const head = (method: string, path: string, more: readonly string[] = []) =>
  [`${method} ${path} HTTP/1.1`, "Host: x", `X-API-Key: ${API_KEY}`, ...more].join("\r\n");
const json = (length: number) => ["Content-Type: application/json", `Content-Length: ${length}`];
const LARGE = JSON.stringify({ sql: "SELECT printf('%.*c', 2000000, 'x') AS x FROM json_each('[1,2,3,4]')" });

const SMALL = JSON.stringify({ sql: "SELECT count(*) AS n FROM newest" });

/** What a client does that nobody wants to have. Each begins, and does `slowly` a few times a second. */
const KINDS: Readonly<Record<string, { begin(socket: Socket): void; slowly?(socket: Socket): void }>> = {
  "connects, and sends nothing": { begin: () => {} },
  "sends a head byte by byte": {
    begin: (socket) => socket.write("POST /v1/branches/main/query HTTP/1.1\r\nX-Slow: "),
    slowly: (socket) => socket.write("x"),
  },
  "sends half of a head, and is silent": { begin: (socket) => socket.write("POST /v1/branches/ma") },
  "sends a body byte by byte": {
    begin: (socket) => socket.write(`${head("POST", "/v1/branches/main/execute", json(MB))}\r\n\r\n{"sql": "SELECT `),
    slowly: (socket) => socket.write("x"),
  },
  "announces a body, and is silent": {
    begin: (socket) => socket.write(`${head("POST", "/v1/branches/main/execute", json(9 * MB))}\r\n\r\n`),
  },
  "sends most of a large body, and is silent": {
    begin: (socket) => {
      socket.write(`${head("POST", "/v1/branches/main/execute", json(2 * MB))}\r\n\r\n{"sql": "SELECT '`);
      socket.write("x".repeat(1.5 * MB));
    },
  },
  "asks for much, and reads nothing": {
    begin: (socket) => {
      socket.pause();
      socket.write(`${head("POST", "/v1/branches/main/query", json(LARGE.length))}\r\n\r\n${LARGE}`);
    },
  },
  "asks a hundred times at once, and reads nothing": {
    begin: (socket) => {
      socket.pause();
      socket.write(`${head("GET", "/v1/branches/main/tables")}\r\n\r\n`.repeat(100));
    },
  },
  "asks, and goes away": {
    begin: (socket) => socket.write(`${head("POST", "/v1/branches/main/query", json(SMALL.length))}\r\n\r\n${SMALL}`),
    slowly: (socket) => socket.destroy(),
  },
};

/** Connections of bad clients. One that has ended is made again. */
export class BadClients {
  private readonly sockets = new Set<Socket>();
  private readonly slow: NodeJS.Timeout;
  private isOver = false;
  /** Connections that the server ended. */
  ended = 0;

  constructor(
    private readonly port: number,
    count: number,
  ) {
    const kinds = Object.keys(KINDS);
    const actions = new Map<Socket, (socket: Socket) => void>();
    const open = (kind: string) => {
      const { begin, slowly } = KINDS[kind]!;
      const socket = connect(this.port, "127.0.0.1", () => begin(socket));
      this.sockets.add(socket);
      if (slowly) actions.set(socket, slowly);
      socket
        .on("error", () => {})
        .on("close", () => {
          this.sockets.delete(socket);
          actions.delete(socket);
          this.ended++;
          if (!this.isOver) setTimeout(() => !this.isOver && open(kind), 200);
        });
      // What is not paused reads, or its end would not be noticed.
      if (!socket.isPaused()) socket.resume();
    };
    for (let n = 0; n < count; n++) open(kinds[n % kinds.length]!);
    this.slow = setInterval(() => {
      for (const [socket, act] of actions) if (!socket.destroyed && !socket.connecting) act(socket);
    }, 400);
  }

  get open(): number {
    return this.sockets.size;
  }

  end(): void {
    this.isOver = true;
    clearInterval(this.slow);
    for (const socket of this.sockets) socket.destroy();
  }
}
