import { ApiError } from "../../../errors/api-error.js";
import { readJson } from "../readers/body.js";

export const MAX_FILTERS = 50;
/** Characters of the parameter. */
export const MAX_FILTERS_LENGTH = 8192;

export type FilterValue = string | number | boolean | null;

export interface Filter {
  readonly op: "lt" | "gt" | "eq" | "is" | "isnot";
  readonly param: string;
  readonly value: FilterValue;
}

const OPS: readonly string[] = ["lt", "gt", "eq", "is", "isnot"];

/** Reads the parameter `filters`: a JSON list. Throws INVALID_FIELD. */
export function readFilters(text: string): readonly Filter[] {
  if (text.length > MAX_FILTERS_LENGTH) {
    throw new ApiError(
      "INVALID_FIELD",
      `filters param is too long. Expected at most ${MAX_FILTERS_LENGTH} characters.`,
    );
  }
  if (text.trim() === "") return [];
  const list = readJson(text, "filters param has malformed JSON");
  if (!Array.isArray(list) || list.length > MAX_FILTERS || !list.every(isFilter)) {
    throw new ApiError("INVALID_FIELD", "filters param is invalid");
  }
  return list;
}

function isFilter(entry: unknown): entry is Filter {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return false;
  const { op, param, value, ...others } = entry as { readonly [name: string]: unknown };
  if (Object.keys(others).length > 0 || typeof param !== "string" || !OPS.includes(op as string)) return false;
  if (op === "is" || op === "isnot") return value === "null" || value === null;
  // Nothing is less or greater than NULL.
  return value === null ? op === "eq" : ["string", "number", "boolean"].includes(typeof value);
}
