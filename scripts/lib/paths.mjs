import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The top of the working tree. */
export const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");
