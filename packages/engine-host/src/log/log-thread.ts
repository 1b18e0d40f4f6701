import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { notActive } from "../errors/errors.js";
import { DatabaseLog } from "./database-log.js";
import type { LogStore } from "./log-store.js";
import type { LogMessage, LogRequest, LogThreadData, TakenLog } from "./messages.js";

/**
 * The writer's side of its log thread. The writer runs its calls to the end, without an event loop. Where it can't go on
 * without the thread, it waits for what that says; otherwise it hears it between two calls.
 */
export class LogThread {
  private readonly port: MessagePort;
  private readonly said = new Int32Array(new SharedArrayBuffer(4));
  private heard = 0;
  /** Of the newest call of all databases. */
  private lastCall = 0;
  private readonly logs = new Map<string, DatabaseLog>();

  constructor(store: LogStore, confirmationsFd: number, entry = new URL("../log/thread.js", import.meta.url)) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const workerData: LogThreadData = { store, port: port2, said: this.said, confirmationsFd };
    const thread = new Worker(entry, { workerData, transferList: [port2] });
    thread.on("error", (error) => {
      console.error(error);
      process.exit(1);
    });
    thread.unref();
    this.port.on("message", (message: LogMessage) => {
      this.receive(message);
      this.logs.get(message.database)?.onConfirmed();
    });
    this.port.unref();
  }

  /**
   * Takes a database's log from whichever process wrote it before, or begins it.
   * @param folder id of the database's folder
   */
  take(database: string, folder: string): DatabaseLog {
    this.send({ database, do: "take", folder });
    const log = new DatabaseLog(this.answer(database, "taken") as TakenLog, {
      nextCall: () => ++this.lastCall,
      send: (request, own) => this.send({ database, ...request }, own),
      hear: () => this.hear(),
      hearAll: () => this.hearAll(),
      read: (seq) => {
        this.send({ database, do: "read", seq });
        return this.answer(database, "parts") as readonly Uint8Array[];
      },
      make: (folder, positionFile) => {
        this.send({ database, do: "make", folder, positionFile });
        return this.answer(database, "made") as number;
      },
      leave: () => {
        this.logs.delete(database);
        this.send({ database, do: "leave" });
      },
    });
    this.logs.set(database, log);
    return log;
  }

  /** Removes a database's log, which nobody writes. */
  drop(database: string, folder: string): void {
    this.send({ database, do: "take", folder });
    this.answer(database, "taken");
    this.send({ database, do: "drop" });
    this.answer(database, "dropped");
    this.send({ database, do: "leave" });
  }

  private send(request: LogRequest, own: readonly ArrayBuffer[] = []): void {
    this.port.postMessage(request, [...own]);
  }

  private answer(database: string, name: string): unknown {
    for (;;) {
      const message = this.hear();
      if (message.database === database && name in message) return (message as Record<string, unknown>)[name];
    }
  }

  /** The next thing that the thread says. */
  private hear(): LogMessage {
    for (;;) {
      const message = this.next();
      if (message) return message;
      Atomics.wait(this.said, 0, this.heard);
      this.heard = Atomics.load(this.said, 0);
    }
  }

  /** What it has said already. */
  private hearAll(): void {
    while (this.next());
  }

  private next(): LogMessage | undefined {
    const message = receiveMessageOnPort(this.port)?.message as LogMessage | undefined;
    if (message) this.receive(message);
    return message;
  }

  private receive(message: LogMessage): void {
    const { database } = message;
    if ("confirmed" in message) this.logs.get(database)?.confirm(message.confirmed, message.end);
    if (!("failed" in message)) return;
    this.send({ database, do: "leave" });
    if (message.isFenced) throw notActive(message.failed);
    throw new Error(`the log of ${database} can't be taken: ${message.failed}`);
  }
}
