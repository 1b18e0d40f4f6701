import { described, listOf, text } from "../../../schema/index.js";
import { branchGlob } from "./branch-glob.js";

/** The fields of a request that limit a key. Empty lists are refused: such a key could see nothing. */
export const limitedBranches = described(
  "Limit the key to branches whose names match one of these; `*` matches any text, `?` one character. Default: all.",
  listOf(branchGlob, { minItems: 1, maxItems: 100 }),
);
export const limitedTables = described(
  "Limit the key to the rows of these tables, without SQL. Default: all.",
  listOf(text({ minLength: 1, maxLength: 200, example: "orders" }), { minItems: 1, maxItems: 100 }),
);
