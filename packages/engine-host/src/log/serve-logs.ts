import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { fold, KnownFiles, LogEnd, makeFromBase, type Operations } from "@heliosdb/journal";
import { Connections, Fenced, Stream, type StreamKey } from "@heliosdb/store";
import type { Confirmation, LogMessage, LogRequest, LogThreadData } from "./messages.js";
import { bytesOf, unpack } from "./packed.js";

/** Bytes that calls gather for one entry while the one before is on its way. */
const GATHERED = 8 * 1024 * 1024;
/** The header of an entry names each of them. */
const MOST_OPERATIONS = 5000;

/**
 * Runs in a thread of a writer process, and adds entries to the logs of its databases: the process itself is inside a
 * statement most of the time.
 */
export function serveLogs({ store, port, said, confirmationsFd }: LogThreadData): void {
  const connections = new Connections(store.urls);
  const writer = randomUUID();
  const logs = new Map<string, ServedLog>();
  const parent = new Socket({ fd: confirmationsFd, readable: false, writable: true });
  // The process ends with its parent, of which another thread takes care.
  parent.on("error", () => {});

  const say = (message: LogMessage): void => {
    if ("confirmed" in message) {
      const { database, confirmed } = message;
      parent.write(`${JSON.stringify({ database, confirmed } satisfies Confirmation)}\n`);
    }
    port.postMessage(message);
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

/** One log. */
class ServedLog {
  private readonly waiting: LogRequest[] = [];
  private isServing = false;
  private stream: Stream | null = null;
  private end = new LogEnd();
  private known = new KnownFiles([]);

  constructor(
    private readonly connections: Connections,
    private readonly key: StreamKey,
    private readonly say: (message: LogMessage) => void,
  ) {}

  serve(request: LogRequest): void {
    this.waiting.push(request);
    if (!this.isServing) void this.serveAll();
  }

  private async serveAll(): Promise<void> {
    this.isServing = true;
    for (let request = this.waiting.shift(); request; request = this.waiting.shift()) {
      try {
        await this.run(request);
      } catch (error) {
        const failed = error instanceof Error ? error.message : String(error);
        if (request.do !== "take") this.giveUp(failed);
        this.say({ database: this.key.name, failed, isFenced: error instanceof Fenced });
      }
    }
    this.isServing = false;
  }

  private async run(request: LogRequest): Promise<void> {
    const database = this.key.name;
    switch (request.do) {
      case "take": {
        const { seq, digest, folder, known } = await this.take(request.folder);
        this.say({ database, taken: { end: { seq, digest }, folder, known } });
        return;
      }
      case "append": {
        const { operations, call } = this.gather(request);
        const parts = [...this.end.next(operations)];
        const { digest } = this.end;
        await this.taken.append({ parts, digest, ...this.known.apply(operations) });
        this.confirm(call);
        return;
      }
      case "add": {
        const { entry } = request;
        await this.taken.append(entry);
        for (const file of entry.made) this.known.files.add(file);
        for (const file of entry.gone) this.known.files.delete(file);
        this.end = new LogEnd(this.taken.seq, entry.digest);
        this.confirm(request.call);
        return;
      }
      case "read":
        this.say({ database, parts: await this.taken.read(request.seq) });
        return;
      case "make":
        this.say({ database, made: await this.make(request.folder, request.positionFile) });
        return;
      case "leave":
        this.stream?.close();
        return;
      case "drop":
        await this.taken.drop();
        this.say({ database, dropped: true });
    }
  }

  private async take(folder: string): Promise<Stream> {
    this.stream = await Stream.take(this.connections, this.key, folder);
    const { seq, digest, known } = this.stream;
    this.end = new LogEnd(seq, digest);
    this.known = new KnownFiles(known);
    return this.stream;
  }

  private make(folder: string, positionFile: string): Promise<number> {
    return this.taken.base(async (base) => {
      if (base === null) return 0;
      // It may be there by half, where the connection was lost.
      for (const path of [folder, positionFile]) rmSync(path, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      await makeFromBase(base, folder, positionFile, () => false);
      return base.seq;
    });
  }

  /** Makes one entry of all calls that have come meanwhile. */
  private gather(first: Extract<LogRequest, { do: "append" }>): { operations: Operations; call: number } {
    let { call } = first;
    const entries = [unpack(first.operations)];
    let bytes = bytesOf(entries[0]!);
    let count = entries[0]!.length;
    for (let next = this.waiting[0]; next?.do === "append"; next = this.waiting[0]) {
      const operations = unpack(next.operations);
      bytes += bytesOf(operations);
      count += operations.length;
      if (bytes > GATHERED || count > MOST_OPERATIONS) break;
      this.waiting.shift();
      entries.push(operations);
      call = next.call;
    }
    return { operations: fold(entries), call };
  }

  private confirm(call: number): void {
    const { seq, digest } = this.end;
    this.say({ database: this.key.name, confirmed: call, end: { seq, digest } });
  }

  /** What was committed will not be in the log, and nobody may be told of it. */
  private giveUp(reason: string): never {
    writeSync(2, `The log of database ${this.key.name} can't be written, so this writer ends: ${reason}\n`);
    process.kill(process.pid, "SIGKILL");
    throw new Error(reason);
  }

  private get taken(): Stream {
    if (!this.stream) throw new Error("it was not taken");
    return this.stream;
  }
}
