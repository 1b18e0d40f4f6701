import type { DatabaseWriter } from "../../dist/index.js";
import type { Action } from "./run-worker.js";

/** Does one thing to an open database as the processes of a server do it, and returns what came of it. */
export function perform(writer: DatabaseWriter, action: Action): unknown;
