import type { BranchMetadata } from "@heliosdb/port";
import { custom, named, type Schema } from "../../../schema/index.js";
import { invalid, refused } from "../../../schema/invalid.js";

/** Maximum size of a branch's metadata in bytes of JSON. */
const MAX_BYTES = 16_384;

/** The owners' JSON object of a branch. */
export const branchMetadata: Schema<BranchMetadata> = named(
  "BranchMetadata",
  custom(
    {
      type: "object",
      additionalProperties: true,
      description: "Any JSON object of at most 16,384 bytes.",
      example: { owner: "alice@example.com", ticket: "JIRA-1234" },
    },
    (value, path) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(path, "an object", value);
      const bytes = jsonBytes(value, path);
      if (bytes > MAX_BYTES) throw refused(path, `must have at most ${MAX_BYTES} bytes of JSON, got ${bytes}`);
      return value as BranchMetadata;
    },
  ),
);

/** JSON can be parsed at any depth, but only written as deep as the stack allows. */
function jsonBytes(value: object, path: string): number {
  try {
    return Buffer.byteLength(JSON.stringify(value));
  } catch (error) {
    throw error instanceof RangeError ? refused(path, "is nested too deeply") : error;
  }
}
