import { join } from "node:path";
import type { CopyRequest, DatabaseReader, EngineOptions, RowSource } from "@heliosdb/engine";
import { HeliosError } from "@heliosdb/port";
import { OpenDatabases } from "../process/open-databases.js";
import { failure } from "../process/worker-errors.js";
import { connectToParent, workerArguments } from "../process/worker-side.js";
import type { ReaderRequest, ReaderResponse, StreamNews, StreamOperation } from "./protocol.js";
import { decodeRead } from "./request-text.js";
import { StreamControl, serveStream } from "./serve-stream.js";
import { SpoolWriter } from "./spool.js";

export interface ReaderEngine {
  openReader(options: EngineOptions): DatabaseReader;
  CopyNeeded: new (...args: never[]) => Error & { readonly request: CopyRequest };
}

/** After a request of this many milliseconds the rest may have been moved elsewhere: look before going on. */
const LOOK_AFTER_MS = 20;

type Work = Exclude<ReaderRequest, { cancel: unknown } | StreamNews>;

/** Runs a reader process to its end. */
export function serveReader(engine: ReaderEngine): void {
  const { databasesDir, mayBeReplaced, clockOffsetMs, maxOpenDatabases, retention, maxAnswerBytes } = workerArguments();
  const pathOf = (name: string) => join(databasesDir, name);
  const databases = new OpenDatabases(
    maxOpenDatabases,
    (name) => engine.openReader({ directory: pathOf(name), clockOffsetMs, retention, maxAnswerBytes }),
    () => false,
    mayBeReplaced ? pathOf : null,
  );
  let queue: Work[] = [];
  /** Of the streams that were asked for and have not ended. */
  const controls = new Map<number, StreamControl>();
  let working = false;
  /** Sees one state until the event loop is next asked for more. */
  let pinned: DatabaseReader | null = null;

  const channel = connectToParent(
    (frame) => {
      const request = frame as ReaderRequest;
      if ("cancel" in request) {
        const ids = new Set(request.cancel);
        const cancelled = queue.filter(({ id }) => ids.has(id)).map(({ id }) => id);
        queue = queue.filter(({ id }) => !ids.has(id));
        for (const id of cancelled) controls.delete(id);
        answer({ cancelled });
        return;
      }
      if ("taken" in request) return controls.get(request.taken)?.take(request.bytes);
      if ("stop" in request) return controls.get(request.stop)?.stop();
      if ("operation" in request) {
        decodeRead(request.operation);
        if ("stream" in request.operation) controls.set(request.id, new StreamControl());
      }
      queue.push(request);
      if (!working) void work();
    },
    () => databases.closeAll(),
  );

  const answer = (message: ReaderResponse) => channel.send(message);

  const work = async (): Promise<void> => {
    working = true;
    // Requests that arrived with the first are taken with it.
    await null;
    for (let request = queue.shift(); request; request = queue.shift()) {
      const start = performance.now();
      const streamed = run(request);
      if (streamed) await streamed;
      const wasLong = performance.now() - start > LOOK_AFTER_MS;
      if (!wasLong && !channel.congested) continue;
      // Requests that arrive from now on must see commits from now on.
      unpin();
      // An answer that is still on this side would wait for the next request to end.
      if (channel.congested) await channel.drained();
      if (wasLong) await nextInput();
    }
    unpin();
    working = false;
  };

  /**
   * All that is in the queue arrived before the first of it runs, so one state may answer all of it. One database at a
   * time: what runs for long on another must not keep this one's log from being cleared.
   */
  const pin = (reader: DatabaseReader): DatabaseReader => {
    if (pinned !== reader) {
      unpin();
      pinned = reader;
      reader.pin();
    }
    return reader;
  };

  const readerOf = (database: string): DatabaseReader => {
    if (databases.isReplaced(database)) close(database);
    return databases.get(database);
  };

  const close = (database: string): void => {
    unpin();
    databases.close(database);
  };

  const unpin = (): void => {
    pinned?.unpin();
    pinned = null;
  };

  /** A promise only for a stream. */
  const run = (request: Work): void | Promise<void> => {
    const { id } = request;
    if ("close" in request) {
      close(request.close);
      answer({ id, result: null });
      return;
    }
    const { database, operation } = request;
    if ("stream" in operation) return stream(id, database, operation);
    try {
      const result = pin(readerOf(database)).read(operation);
      if ("json" in result) channel.sendHeaded({ id, result });
      else answer({ id, result });
    } catch (error) {
      failed(id, database, error);
    }
  };

  const stream = async (id: number, database: string, operation: StreamOperation): Promise<void> => {
    const control = controls.get(id)!;
    let [rows, spool]: [RowSource | null, SpoolWriter | null] = [null, null];
    try {
      if (control.stopped) return answer({ id, result: null });
      spool = new SpoolWriter(operation.spool.path, operation.spool.size);
      // Not a state that an earlier request has pinned: it would be kept for as long as the rows take.
      unpin();
      rows = pin(readerOf(database)).stream(operation.stream, operation.form);
      answer({ id, result: await serveStream(id, rows, spool, control, { answer, pause }) });
    } catch (error) {
      // A connection in the middle of a query can't be closed.
      rows?.close();
      failed(id, database, error);
    } finally {
      rows?.close();
      spool?.close();
      controls.delete(id);
      unpin();
    }
  };

  const pause = async (): Promise<void> => {
    if (channel.congested) await channel.drained();
    await nextInput();
  };

  const failed = (id: number, database: string, error: unknown): void => {
    if (error instanceof engine.CopyNeeded) {
      answer({ id, copy: error.request });
      return;
    }
    // A database that failed in an unknown way is opened afresh the next time.
    if (!(error instanceof HeliosError)) closeQuietly(database);
    answer({ id, ...failure(error) });
  };

  const closeQuietly = (name: string): void => {
    try {
      databases.close(name);
    } catch {
      // It is forgotten all the same, and the caller is told of the first error.
    }
  };
}

/** Lets the event loop read its sockets once; the first check phase comes before the next poll. */
function nextInput(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
