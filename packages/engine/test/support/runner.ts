import { cpSync, rmSync } from "node:fs";
import { type DatabaseWriter, type EngineOptions, openWriter } from "../../src/index.js";

/** Runs the writers of tests: as the engine alone does, or with a journal. */
export interface Runner {
  open(options: EngineOptions): DatabaseWriter;
  /** From now on, nothing that the writer of a folder does has happened. */
  killed?(directory: string): void;
}

export const ENGINE_ALONE: Runner = { open: (options) => openWriter(options) };

/** Ends with `close`, but leaves the folder as it is now: what is in its files is all that a kill leaves. */
export function leaveAsKilled(directory: string, close: () => void): void {
  const left = `${directory}-left`;
  cpSync(directory, left, { recursive: true });
  close();
  rmSync(directory, { recursive: true, force: true });
  cpSync(left, directory, { recursive: true });
  rmSync(left, { recursive: true, force: true });
}
