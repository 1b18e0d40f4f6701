import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { notActive } from "../errors/errors.js";
import { DatabaseLog } from "./database-log.js";
import type { LogStore } from "./log-store.js";
import type { LogMessage, LogRequest, LogThreadData, TakenLog } from "./messages.js";

/** The log can't be written any more. The process that writes it can't go on. */
export class LogFailed extends Error {}

/**
 * The writer's side of its log thread. The writer runs its calls to the end, without an event loop, and so it waits for
 * the thread.
 */
export class LogThread {
  private readonly port: MessagePort;
  private readonly said = new Int32Array(new SharedArrayBuffer(4));
  private heard = 0;
  private readonly logs = new Map<string, DatabaseLog>();

  constructor(store: LogStore, entry = new URL("../log/thread.js", import.meta.url)) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const workerData: LogThreadData = { store, port: port2, said: this.said };
    const thread = new Worker(entry, { workerData, transferList: [port2] });
    // Whoever waits for it would wait for ever.
    thread.on("error", (error) => {
      console.error(error);
      process.exit(1);
    });
    thread.unref();
  }

  /**
   * Takes a database's log from whichever process wrote it before, or begins it.
   * @param folder id of the database's folder
   */
  take(database: string, folder: string): DatabaseLog {
    this.send({ database, do: "take", folder });
    const log = new DatabaseLog(this.answer(database, "taken") as TakenLog, {
      send: (seq, entry, own) => this.send({ database, do: "append", seq, entry }, own),
      hear: () => this.hear(),
      read: (seq) => {
        this.send({ database, do: "read", seq });
        return this.answer(database, "parts") as readonly Uint8Array[];
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
      const message = receiveMessageOnPort(this.port)?.message as LogMessage | undefined;
      if (message) {
        if ("confirmed" in message) this.logs.get(message.database)?.confirm(message.confirmed);
        if ("failed" in message) this.fail(message.database, message.failed, message.isFenced);
        return message;
      }
      Atomics.wait(this.said, 0, this.heard);
      this.heard = Atomics.load(this.said, 0);
    }
  }

  private fail(database: string, reason: string, isFenced: boolean): never {
    const isTaken = this.logs.delete(database);
    this.send({ database, do: "leave" });
    // What was committed is not in the log, and may not be told to anybody.
    if (isTaken) throw new LogFailed(`the log of ${database} can't be written: ${reason}`);
    if (isFenced) throw notActive(reason);
    throw new Error(`the log of ${database} can't be taken: ${reason}`);
  }
}
