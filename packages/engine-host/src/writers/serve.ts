import { join } from "node:path";
import { BranchBusy, type DatabaseWriter, type EngineOptions } from "@heliosdb/engine";
import { HeliosError } from "@heliosdb/port";
import { shareLock } from "../lock/folder-lock.js";
import { OpenDatabases } from "../process/open-databases.js";
import { failure } from "../process/worker-errors.js";
import { connectToParent, workerArguments } from "../process/worker-side.js";
import type { LogState, WriterRequest, WriterResponse } from "./protocol.js";

export interface WriterEngine {
  /** With a log, the writer tells what is safe. */
  openWriter(options: EngineOptions): DatabaseWriter | (DatabaseWriter & LogState);
  /** The database, which is closed, will be deleted with its folder. */
  forget?(database: string): void;
}

type ResponseBody = WriterResponse extends infer Each ? (Each extends unknown ? Omit<Each, "id"> : never) : never;

/** Runs a writer process until its parent ends it. */
export function serveWriter(engine: WriterEngine): void {
  const { databasesDir, lockFile, clockOffsetMs, maxOpenDatabases, retention, maxAnswerBytes } = workerArguments();
  const lock = shareLock(lockFile);
  /** Number of clone jobs in progress, by database: their state is in the open writer. */
  const cloning = new Map<string, number>();
  /** Not yet sent to the parent. */
  const notes: string[] = [];
  /** The last event about each database: a refused one is opened again by each request. */
  const noted = new Map<string, string>();
  const note = (name: string, found: readonly string[]): void => {
    const text = found.join("\n");
    if (noted.get(name) !== text) notes.push(...found);
    noted.set(name, text);
  };
  const databases = new OpenDatabases<ReturnType<WriterEngine["openWriter"]>>(
    maxOpenDatabases,
    (name) => {
      try {
        const writer = engine.openWriter({
          directory: join(databasesDir, name),
          clockOffsetMs,
          retention,
          maxAnswerBytes,
        });
        note(name, writer.notes);
        return writer;
      } catch (error) {
        note(name, [error instanceof Error ? error.message : String(error)]);
        throw error;
      }
    },
    (name) => cloning.has(name) || hasTransactions(name),
  );
  const hasTransactions = (name: string): boolean => (databases.peek(name)?.openTransactions ?? 0) > 0;

  const channel = connectToParent(
    (frame) => {
      const request = frame as WriterRequest;
      const response = respond(request);
      const told = notes.splice(0);
      const writer = databases.peek(request.database);
      const grown = writer?.takeGrown() ?? [];
      channel.send({
        id: request.id,
        ...response,
        ...(told.length > 0 && { notes: told }),
        ...(writer && isLogged(writer) && { log: logState(writer) }),
        ...(grown.length > 0 && { grown }),
      });
    },
    () => {
      databases.closeAll();
      lock.release();
    },
  );

  const respond = (request: WriterRequest): ResponseBody => {
    try {
      return run(request);
    } catch (error) {
      if (error instanceof BranchBusy) return { busy: true };
      // After an unknown failure, the writer is not trusted with the next write.
      if (!(error instanceof HeliosError)) forget(request.database);
      return failure(error);
    }
  };

  const run = (request: WriterRequest): ResponseBody => {
    const { database } = request;
    if (request.do === "close" || request.do === "drop") {
      databases.close(database);
      if (request.do === "drop") engine.forget?.(database);
      return { result: null };
    }
    const writer = databases.get(database);
    switch (request.do) {
      case "open":
        return { result: null };
      case "write": {
        const job = writer.prepare(request.operations[0]!);
        if (job) return begun(database, { clone: job });
        return { outcomes: writer.write(request.operations) };
      }
      case "control": {
        const job = writer.prepare(request.operation);
        if (job) return begun(database, { clone: job });
        return { result: writer.control(request.operation) };
      }
      case "outcome":
        return { result: writer.outcome(request.operation) };
      case "inTransaction":
        return { result: writer.inTransaction(request.transaction, request.operation) };
      case "endTransaction":
        return { result: writer.endTransaction(request.transaction, request.end) };
      case "prepareCopy": {
        const job = writer.prepareCopy(request.request);
        return job ? begun(database, { clone: job }) : { result: null };
      }
      case "prepareExport":
        return begun(database, { clone: writer.prepareExport(request.request) });
      case "prepareImport": {
        const job = writer.prepareImport(request.request, request.path);
        return job.base ? begun(database, { clone: job.base, job }) : { result: job };
      }
      case "importBranch": {
        const result = writer.importBranch(request.job, request.request);
        if (request.job.base) ended(database);
        return { result };
      }
      case "maintain": {
        const report = writer.maintain(request.budgetMs);
        return report.job === null ? { result: report } : begun(database, { clone: report.job });
      }
      case "copied":
        writer.copied(request.job);
        return { result: null };
      case "finish":
      case "abort":
        ended(database);
        writer[request.do](request.job);
        return { result: null };
    }
  };

  const begun = (database: string, response: ResponseBody): ResponseBody => {
    cloning.set(database, (cloning.get(database) ?? 0) + 1);
    return response;
  };

  const ended = (database: string): void => {
    const left = (cloning.get(database) ?? 1) - 1;
    if (left > 0) cloning.set(database, left);
    else cloning.delete(database);
  };

  const forget = (database: string): void => {
    // Its clone jobs and transactions are lost with it, and the host must not continue them: only a new process makes
    // sure of that.
    if (cloning.has(database) || hasTransactions(database)) process.exit(1);
    try {
      databases.close(database);
    } catch {
      process.exit(1);
    }
  };
}

function isLogged(writer: DatabaseWriter): writer is DatabaseWriter & LogState {
  return "confirmed" in writer;
}

function logState({ last, confirmed, scnAtOpening }: LogState): LogState {
  return { last, confirmed, scnAtOpening };
}
