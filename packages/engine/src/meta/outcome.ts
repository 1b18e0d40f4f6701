import { type Repeatable, readExactJson, writeExactJson } from "@heliosdb/port";
import { fromEarlier } from "./earlier-outcome.js";

/** An outcome with more text than this is stored without its rows: a repeated request then gets none. */
const MAX_OUTCOME = 16_384;
const LONG = "lasting-";

/**
 * The id under which an outcome is stored, or null if the request has none. The id also says whether the outcome is
 * kept longer.
 */
export function storedId({ requestId, remembered }: Repeatable): string | null {
  if (requestId === undefined) return null;
  return remembered === "long" ? LONG + requestId : requestId;
}

export const LASTING_MARK = LONG;

export function isLasting(storedId: string): boolean {
  return storedId.startsWith(LONG);
}

/** Writes an outcome as text. The list around it distinguishes exact JSON from the format of earlier releases. */
export function writeOutcome(outcome: object): string {
  const text = writeExactJson([outcome]);
  return text.length <= MAX_OUTCOME ? text : writeExactJson([withoutRows(outcome)]);
}

function withoutRows(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(withoutRows);
  const fields = Object.entries(value).map(([name, field]) => [name, isRows(name, field) ? [] : withoutRows(field)]);
  return Object.fromEntries(fields);
}

function isRows(name: string, field: unknown): boolean {
  return (name === "rows" || name === "ids") && Array.isArray(field);
}

export function readOutcome(text: string): unknown {
  if (!text.startsWith("[")) return fromEarlier(JSON.parse(text));
  return (readExactJson(text) as [unknown])[0];
}
