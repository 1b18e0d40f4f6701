import {
  checkFolder,
  EngineHost,
  type EngineHostOptions,
  OutsideLane,
  type OutsideLaneSettings,
} from "@heliosdb/engine-host";
import type { DatabaseHostFactory, DatabaseHostSettings } from "../database-host/database-host-factory.js";

/** Runs databases on SQLite in child processes of this program. Nothing else in the server knows them. */
export const EMBEDDED_HOSTS: DatabaseHostFactory = {
  start: (dataDir, settings) => EngineHost.start(optionsOf(dataDir, settings)),
  begin: (dataDir, settings) => EngineHost.begin(optionsOf(dataDir, settings)),
  check: checkFolder,
  lanes: {
    attach: (host, link) => {
      const { weigh, ...lane } = (host as EngineHost).attachLane(link);
      return { ...lane, weigh: (database, question) => weigh(database, question as Parameters<typeof weigh>[1]) };
    },
    open: (settings, weigh) =>
      new OutsideLane(settings as OutsideLaneSettings, weigh as ConstructorParameters<typeof OutsideLane>[1]),
  },
};

function optionsOf(dataDir: string, { maxResultBytes, cell, ...settings }: DatabaseHostSettings): EngineHostOptions {
  return { dataDir, ...settings, ...cell, maxAnswerBytes: maxResultBytes };
}
