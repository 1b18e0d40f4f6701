import { mkdirSync, statSync } from "node:fs";

/** Makes the data folder where it is absent, for this user alone. Throws where there is a file in its place. */
export function makeDataFolder(dataDir: string): void {
  if (statSync(dataDir, { throwIfNoEntry: false })?.isFile()) {
    throw new Error(`${dataDir} is a file. Expected a folder for the data.`);
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
}
