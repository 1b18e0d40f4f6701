import { readFileSync } from "node:fs";

/** The name that the tutorial's clients expect. */
export const SERVER_NAME = "HeliosDB-Lite";
export const API_VERSION = "v1";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};
export const SERVER_VERSION = manifest.version;
