import { connect, type Socket } from "node:net";
import {
  type BranchInfo,
  type BranchRef,
  type Capabilities,
  CHANGE_OPERATIONS,
  type ChangesPort,
  type DatabaseHostPort,
  type DatabasePort,
  type ExportedFile,
  HeliosError,
  type Methods,
  OPERATIONS,
  type OperationTable,
  type Row,
  type RowStream,
  type StatementOutcome,
  type StreamEnd,
  type StreamHead,
  TRANSACTION_METHODS,
  type WireError,
} from "@heliosdb/port";
import { LineChannel } from "./line-channel.js";
import type { Reply, Request, Target } from "./socket-protocol.js";

interface Waiting {
  resolve(result: unknown): void;
  reject(error: HeliosError): void;
}

/** A host behind a socket: everything but files and JSON streams, which its capabilities don't promise. */
export class SocketHost implements DatabaseHostPort {
  private readonly channel: LineChannel<Request, Reply>;
  private readonly waiting = new Map<number, Waiting>();
  private readonly watchers = new Map<number, (branches: readonly BranchRef[]) => void>();
  private last = 0;
  private promised: Capabilities | undefined;

  static async connect(port: number): Promise<SocketHost> {
    const socket = connect(port, "127.0.0.1");
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    const host = new SocketHost(socket);
    const served = (await host.call("host", 0, "capabilities")) as Capabilities;
    host.promised = { ...served, files: false, jsonStreams: false };
    return host;
  }

  private constructor(private readonly socket: Socket) {
    this.channel = new LineChannel(socket, (reply) => this.receive(reply));
    socket.on("close", () => {
      const error = new HeliosError("SHUTTING_DOWN", "The connection to the host has been closed.");
      for (const { reject } of this.waiting.values()) reject(error);
    });
  }

  capabilities(): Capabilities {
    return this.promised!;
  }

  database(id: string): DatabasePort {
    const handle = this.open(id);
    return {
      ...this.methodsOf(OPERATIONS, "database", handle),
      streamQuery: (request, signal) => this.stream(handle, request, signal),
      executeEach: async (request) => {
        const outcomes = await this.call("database", handle, "executeEach", request);
        return (outcomes as readonly WireOutcome[]).map((each) =>
          each.ok ? each : { ok: false, error: HeliosError.fromWire(each.error) },
        );
      },
      ...this.transactionMethods(handle),
      exportFile: (): Promise<ExportedFile> => Promise.reject(noFiles()),
      importFile: (): Promise<BranchInfo> => Promise.reject(noFiles()),
    };
  }

  changes(id: string): ChangesPort {
    const handle = this.open(id);
    return {
      ...this.methodsOf(CHANGE_OPERATIONS, "changes", handle),
      watch: (listener) => {
        const watch = this.last + 1;
        this.watchers.set(watch, listener);
        void this.call("changes", handle, "watch");
        return () => {
          this.watchers.delete(watch);
          void this.call("changes", handle, "unwatch", watch);
        };
      },
    };
  }

  dropDatabase = (id: string) => this.call("host", 0, "dropDatabase", id) as Promise<void>;
  releaseDatabase = (id: string) => this.call("host", 0, "releaseDatabase", id) as Promise<void>;
  backup = (name?: string) => this.call("host", 0, "backup", name) as ReturnType<DatabaseHostPort["backup"]>;
  listBackups = () => this.call("host", 0, "listBackups") as ReturnType<DatabaseHostPort["listBackups"]>;
  health = () => this.call("host", 0, "health") as ReturnType<DatabaseHostPort["health"]>;
  metrics = () => this.call("host", 0, "metrics") as ReturnType<DatabaseHostPort["metrics"]>;
  usage = () => this.call("host", 0, "usage") as ReturnType<DatabaseHostPort["usage"]>;

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.once("close", () => resolve());
      this.socket.destroy();
    });
  }

  /** What is said on one line comes before what is said on the next: nobody waits for this. */
  private open(database: string): number {
    if (!/^[A-Za-z0-9_-]{1,100}$/.test(database)) {
      throw new HeliosError("INVALID_FIELD", `Invalid database id "${database}". Expected letters, digits, _ and -.`);
    }
    const handle = this.last + 1;
    void this.call("host", 0, "open", { handle, database });
    return handle;
  }

  private methodsOf<T extends OperationTable>(operations: T, target: Target, handle: number): Methods<T> {
    const methods = Object.keys(operations).map((name) => [
      name,
      (request: unknown) => this.call(target, handle, name, request),
    ]);
    return Object.fromEntries(methods) as Methods<T>;
  }

  private transactionMethods(handle: number): Pick<DatabasePort, (typeof TRANSACTION_METHODS)[number]> {
    const methods = TRANSACTION_METHODS.map((name) => [
      name,
      (request: unknown) => this.call("database", handle, name, request),
    ]);
    return Object.fromEntries(methods);
  }

  private async stream(handle: number, request: unknown, signal?: AbortSignal): Promise<RowStream> {
    // Asked anyway, it could have begun before it is told to close.
    if (signal?.aborted) throw new HeliosError("QUERY_TIMEOUT", "The query was stopped before it began.");
    const stream = this.last + 1;
    const opened = this.call("database", handle, "streamQuery", request);
    const close = () => void this.call("stream", stream, "close");
    signal?.addEventListener("abort", close, { once: true });
    const head = (await opened) as StreamHead;
    let end: StreamEnd | null = null;
    let workedMs = 0;
    return {
      ...head,
      next: async () => {
        const said = (await this.call("stream", stream, "next")) as NextPart;
        ({ end, workedMs } = said);
        return said.part;
      },
      get end() {
        return end;
      },
      get workedMs() {
        return workedMs;
      },
      close,
    };
  }

  private call(target: Target, handle: number, method: string, argument?: unknown): Promise<unknown> {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.channel.send({ id, target, handle, method, argument });
    });
  }

  private receive(reply: Reply): void {
    if ("changed" in reply) {
      this.watchers.get(reply.id)?.(reply.changed);
      return;
    }
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ("error" in reply) waiting?.reject(HeliosError.fromWire(reply.error));
    else waiting?.resolve(reply.result);
  }
}

interface NextPart {
  readonly part: readonly Row[] | null;
  readonly end: StreamEnd | null;
  readonly workedMs: number;
}

type WireOutcome = Extract<StatementOutcome, { ok: true }> | { readonly ok: false; readonly error: WireError };

function noFiles(): HeliosError {
  return new HeliosError("INVALID_FILE", "This host takes and gives no files.");
}
