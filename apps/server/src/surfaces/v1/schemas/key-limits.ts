import { described, listOf, text } from "../../../schema/index.js";
import { branchGlob } from "./branch-glob.js";

/** The fields of a request that say what a key sees. Empty lists are refused: they would be keys to nothing. */
export const limitedBranches = described(
  "The key sees only branches whose names fit one of these: `*` is any text, `?` one character. Default all.",
  listOf(branchGlob, { minItems: 1, maxItems: 100 }),
);
export const limitedTables = described(
  "The key reads and writes rows of these tables only, and sends no SQL. Default all.",
  listOf(text({ minLength: 1, maxLength: 200, example: "orders" }), { minItems: 1, maxItems: 100 }),
);
