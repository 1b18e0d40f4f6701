import { randomUUID } from "node:crypto";
import { basename, join } from "node:path";
import { openWriter } from "@heliosdb/engine";
import { folderId, readFolderId } from "@heliosdb/journal";
import { JournaledWriter } from "../log/journaled-writer.js";
import { type LogStore, STORE_VARIABLE } from "../log/log-store.js";
import { LogThread } from "../log/log-thread.js";
import { CONFIRMATIONS_FD } from "../process/arguments.js";
import { workerArguments } from "../process/worker-side.js";
import { serveWriter } from "./serve.js";

const logs = new LogThread(JSON.parse(process.env[STORE_VARIABLE]!) as LogStore, CONFIRMATIONS_FD);
const { databasesDir } = workerArguments();

serveWriter({
  openWriter: (options) => {
    const log = logs.take(basename(options.directory), folderId(options.directory));
    return JournaledWriter.open(openWriter, options, log);
  },
  forget: (database) => logs.drop(database, readFolderId(join(databasesDir, database)) ?? randomUUID()),
});
