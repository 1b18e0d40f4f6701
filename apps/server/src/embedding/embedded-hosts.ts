import { checkFolder, EngineHost } from "@heliosdb/engine-host";
import type { DatabaseHostFactory } from "../database-host/database-host-factory.js";

/** Runs databases on SQLite in child processes of this program. Nothing else in the server knows them. */
export const EMBEDDED_HOSTS: DatabaseHostFactory = {
  start: (dataDir, { maxResultBytes, ...settings }) =>
    EngineHost.start({ dataDir, ...settings, maxAnswerBytes: maxResultBytes }),
  check: checkFolder,
};
