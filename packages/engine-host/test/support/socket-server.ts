import { createServer, type Server, type Socket } from "node:net";
import {
  CHANGE_OPERATIONS,
  type ChangesPort,
  type DatabaseHostPort,
  type DatabasePort,
  type ExecuteEachRequest,
  HeliosError,
  OPERATIONS,
  type RowStream,
  type StreamRequest,
  TRANSACTION_METHODS,
} from "@heliosdb/port";
import { LineChannel } from "./line-channel.js";
import type { Reply, Request } from "./socket-protocol.js";

type Method = (argument: unknown) => unknown;
const HOST_METHODS = [
  "backup",
  "listBackups",
  "dropDatabase",
  "releaseDatabase",
  "health",
  "metrics",
  "usage",
] as const;

/** Serves a host to whoever connects over the loopback interface. */
export async function serveHost(host: DatabaseHostPort): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    new Connection(host, socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: address.port, close };
}

/** One caller: the databases that it has opened, its streams and what it watches. */
class Connection {
  private readonly channel: LineChannel<Reply, Request>;
  private readonly databases = new Map<number, { readonly db: DatabasePort; readonly changes: ChangesPort }>();
  private readonly streams = new Map<number, RowStream>();
  private readonly opening = new Map<number, AbortController>();
  private readonly watched = new Map<number, () => void>();

  constructor(
    private readonly host: DatabaseHostPort,
    socket: Socket,
  ) {
    this.channel = new LineChannel(socket, (request) => void this.answer(request));
    socket.on("close", () => {
      for (const stream of this.streams.values()) stream.close();
      for (const unwatch of this.watched.values()) unwatch();
    });
  }

  private async answer(request: Request): Promise<void> {
    const { id } = request;
    try {
      this.channel.send({ id, result: await this.run(request) });
    } catch (error) {
      if (!(error instanceof HeliosError)) throw error;
      this.channel.send({ id, error: error.toWire() });
    }
  }

  private run({ id, target, handle, method, argument }: Request): unknown {
    switch (target) {
      case "host":
        return this.runOnHost(method, argument);
      case "stream":
        return this.runOnStream(handle, method);
      case "database":
        return this.runOnDatabase(id, this.databases.get(handle)!.db, method, argument);
      case "changes":
        return this.runOnChanges(id, this.databases.get(handle)!.changes, method, argument);
    }
  }

  private runOnHost(method: string, argument: unknown): unknown {
    if (method === "open") {
      const { handle, database } = argument as { readonly handle: number; readonly database: string };
      this.databases.set(handle, { db: this.host.database(database), changes: this.host.changes(database) });
      return null;
    }
    if (method === "capabilities") return this.host.capabilities();
    const name = HOST_METHODS.find((each) => each === method);
    if (!name) throw new Error(`A host has no method ${method}`);
    return (this.host[name] as Method).call(this.host, argument);
  }

  private async runOnDatabase(id: number, db: DatabasePort, method: string, argument: unknown): Promise<unknown> {
    if (method === "streamQuery") return this.open(id, db, argument as StreamRequest);
    if (method === "executeEach") {
      const outcomes = await db.executeEach(argument as ExecuteEachRequest);
      return outcomes.map((each) => (each.ok ? each : { ok: false, error: each.error.toWire() }));
    }
    const transaction = TRANSACTION_METHODS.find((each) => each === method);
    if (transaction) return (db[transaction] as Method)(argument);
    if (!(method in OPERATIONS)) throw new Error(`A database has no operation ${method}`);
    return (db[method as keyof typeof OPERATIONS] as Method)(argument);
  }

  private runOnChanges(id: number, changes: ChangesPort, method: string, argument: unknown): unknown {
    if (method === "watch") {
      this.watched.set(
        id,
        changes.watch((changed) => this.channel.send({ id, changed })),
      );
      return null;
    }
    if (method === "unwatch") {
      this.watched.get(argument as number)?.();
      return null;
    }
    if (!(method in CHANGE_OPERATIONS)) throw new Error(`Changes have no operation ${method}`);
    return (changes[method as keyof typeof CHANGE_OPERATIONS] as Method)(argument);
  }

  private async open(id: number, db: DatabasePort, request: StreamRequest): Promise<unknown> {
    const controller = new AbortController();
    this.opening.set(id, controller);
    try {
      const stream = await db.streamQuery(request, controller.signal);
      this.streams.set(id, stream);
      const { columns, scn, plan } = stream;
      return { columns, scn, plan };
    } finally {
      this.opening.delete(id);
    }
  }

  private async runOnStream(handle: number, method: string): Promise<unknown> {
    const stream = this.streams.get(handle);
    if (method === "next") {
      const part = await stream!.next();
      return { part, end: stream!.end, workedMs: stream!.workedMs };
    }
    // A caller may give up before there is a stream, and while there is one.
    this.opening.get(handle)?.abort();
    stream?.close();
    return null;
  }
}
