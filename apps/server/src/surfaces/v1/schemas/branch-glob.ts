import { text } from "../../../schema/index.js";

/** Names of branches, as keys are limited to them and webhooks want them. */
export const branchGlob = text({ pattern: "^[A-Za-z0-9_*?-]{1,100}$", example: "feature-*" });
