import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { fold, KnownFiles, LogEnd, makeFromBase, type Operations } from "@heliosdb/journal";
import { Connections, type Entry, Fenced, Stream, type StreamKey } from "@heliosdb/store";
import type { Confirmation, LogMessage, LogRequest, LogThreadData, StillWaiting } from "./messages.js";
import { unpack } from "./packed.js";
import { WaitingBytes } from "./waiting-bytes.js";

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

  const tell = (message: Confirmation | StillWaiting): void => {
    parent.write(`${JSON.stringify(message)}\n`);
  };
  const voice: Voice = {
    say: (message) => {
      port.postMessage(message);
      Atomics.add(said, 0, 1);
      Atomics.notify(said, 0);
    },
    tell,
    waiting: new WaitingBytes((waiting) => tell({ waiting })),
  };

  port.on("message", (request: LogRequest) => {
    const { database } = request;
    let log = logs.get(database);
    if (!log) {
      const { cell, epoch } = store;
      log = new ServedLog(connections, { cell, name: database, epoch, writer }, voice);
      logs.set(database, log);
    }
    if (request.do === "leave") logs.delete(database);
    log.serve(request);
  });
}

/** How a log is heard of. */
interface Voice {
  /** To the writer. */
  say(message: LogMessage): void;
  /** To the parent of the process. */
  tell(confirmation: Confirmation): void;
  readonly waiting: WaitingBytes;
}

type Appending = Extract<LogRequest, { do: "append" }>;

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
    private readonly voice: Voice,
  ) {}

  serve(request: LogRequest): void {
    if ("bytes" in request) this.voice.waiting.add(request.bytes);
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
        this.voice.say({ database: this.key.name, failed, isFenced: error instanceof Fenced });
      }
    }
    this.isServing = false;
  }

  private async run(request: LogRequest): Promise<void> {
    const database = this.key.name;
    switch (request.do) {
      case "take": {
        const { seq, digest, folder, known } = await this.take(request.folder);
        this.voice.say({ database, taken: { end: { seq, digest }, folder, known } });
        return;
      }
      case "append": {
        const { operations, call, bytes, unsynced } = this.gather(request);
        const parts = [...this.end.next(operations, unsynced)];
        const { digest } = this.end;
        await this.append({ parts, digest, ...this.known.apply(operations) }, call, bytes);
        return;
      }
      case "add": {
        const { entry } = request;
        this.end = new LogEnd(this.taken.seq + 1, entry.digest);
        for (const file of entry.made) this.known.files.add(file);
        for (const file of entry.gone) this.known.files.delete(file);
        await this.append(entry, request.call, request.bytes);
        return;
      }
      case "read":
        this.voice.say({ database, parts: await this.taken.read(request.seq) });
        return;
      case "make":
        this.voice.say({ database, made: await this.make(request.folder, request.positionFile) });
        return;
      case "leave":
        this.stream?.close();
        return;
      case "drop":
        await this.taken.drop();
        this.voice.say({ database, dropped: true });
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
  private gather(first: Appending): { operations: Operations } & Pick<Appending, "call" | "bytes" | "unsynced"> {
    let { call, bytes, unsynced } = first;
    const entries = [unpack(first.operations)];
    let count = entries[0]!.length;
    for (let next = this.waiting[0]; next?.do === "append"; next = this.waiting[0]) {
      const operations = unpack(next.operations);
      count += operations.length;
      if (bytes + next.bytes > GATHERED || count > MOST_OPERATIONS) break;
      this.waiting.shift();
      entries.push(operations);
      bytes += next.bytes;
      ({ call, unsynced } = next);
    }
    return { operations: fold(entries), call, bytes, unsynced };
  }

  /** @param handedOver bytes of the calls that are in the entry */
  private async append(entry: Entry, confirmed: number, handedOver: number): Promise<void> {
    const { waiting, tell } = this.voice;
    const database = this.key.name;
    const began = performance.now();
    await this.taken.append(entry);
    const ms = performance.now() - began;
    waiting.remove(handedOver);
    const bytes = entry.parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    tell({ database, confirmed, bytes, ms, waiting: waiting.now() });
    const { seq, digest } = this.end;
    this.voice.say({ database, confirmed, end: { seq, digest } });
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
