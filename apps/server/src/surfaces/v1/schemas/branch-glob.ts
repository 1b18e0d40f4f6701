import { text } from "../../../schema/index.js";

/** Globs of branch names, for the limits of keys and the filters of webhooks. */
export const branchGlob = text({ pattern: "^[A-Za-z0-9_*?-]{1,100}$", example: "feature-*" });
