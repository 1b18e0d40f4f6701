import { randomUUID } from "node:crypto";
import { Connections, Fenced, Stream, type StreamKey } from "@heliosdb/store";
import type { LogMessage, LogRequest, LogThreadData } from "./messages.js";

/**
 * Runs in a thread of a writer process, and adds entries to the logs of its databases: the process itself is inside a
 * statement most of the time.
 */
export function serveLogs({ store, port, said }: LogThreadData): void {
  const connections = new Connections(store.urls);
  const writer = randomUUID();
  const logs = new Map<string, ServedLog>();

  const say = (message: LogMessage, own: readonly ArrayBuffer[] = []): void => {
    port.postMessage(message, [...own]);
    Atomics.add(said, 0, 1);
    Atomics.notify(said, 0);
  };

  port.on("message", (request: LogRequest) => {
    const { database } = request;
    let log = logs.get(database);
    if (!log) {
      const { cell, epoch } = store;
      log = new ServedLog(connections, { cell, name: database, epoch, writer }, say);
      logs.set(database, log);
    }
    if (request.do === "leave") logs.delete(database);
    log.serve(request);
  });
}

/** One log. Nothing is done with it after a failure, since the entries that follow would not continue it. */
class ServedLog {
  private stream: Stream | null = null;
  private last: Promise<void> = Promise.resolve();
  private isDead = false;

  constructor(
    private readonly connections: Connections,
    private readonly key: StreamKey,
    private readonly say: (message: LogMessage, own?: readonly ArrayBuffer[]) => void,
  ) {}

  serve(request: LogRequest): void {
    this.last = this.last.then(async () => {
      if (this.isDead) return;
      try {
        await this.run(request);
      } catch (error) {
        this.isDead = true;
        const failed = error instanceof Error ? error.message : String(error);
        this.say({ database: this.key.name, failed, isFenced: error instanceof Fenced });
      }
    });
  }

  private async run(request: LogRequest): Promise<void> {
    const database = this.key.name;
    switch (request.do) {
      case "take": {
        this.stream = await Stream.take(this.connections, this.key, request.folder);
        const { seq, digest, folder, known } = this.stream;
        this.say({ database, taken: { seq, digest, folder, known } });
        return;
      }
      case "append":
        await this.taken.append(request.entry);
        this.say({ database, confirmed: request.seq });
        return;
      case "read":
        this.say({ database, parts: await this.taken.read(request.seq) });
        return;
      case "leave":
        this.stream?.close();
        return;
      case "drop":
        await this.taken.drop();
        this.say({ database, dropped: true });
    }
  }

  private get taken(): Stream {
    if (!this.stream) throw new Error(`the log of ${this.key.name} was not taken`);
    return this.stream;
  }
}
