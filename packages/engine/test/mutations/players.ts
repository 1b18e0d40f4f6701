import { playDefinitions } from "../definitions/play.js";
import { playMergedSchemas } from "../merged-schemas/play.js";
import { playAll } from "../model/play.js";
import { rowStep, schemaStep } from "../model/steps.js";
import { playInterleavings } from "../transactions/play.js";

/** Histories that a player may take; the slowest finds its fault in a tenth of them. */
const HISTORIES = 400;

/** Who looks for a fault, each by random histories of its own kind. */
const PLAYERS = {
  rows: () => playAll("rows", rowStep, HISTORIES),
  schema: () => playAll("schema", schemaStep, HISTORIES),
  definitions: () => playDefinitions(HISTORIES),
  merges: () => playMergedSchemas(HISTORIES),
  transactions: () => playInterleavings(HISTORIES),
};

export type Player = keyof typeof PLAYERS;

const [player] = process.argv.slice(2);
if (process.argv[1]?.endsWith("players.js") && player && player in PLAYERS) {
  try {
    PLAYERS[player as Player]();
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
