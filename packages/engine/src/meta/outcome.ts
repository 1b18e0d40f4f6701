import { type Repeatable, readExactJson, writeExactJson } from "@heliosdb/port";
import { fromEarlier } from "./earlier-outcome.js";

/** An outcome with more text than this is stored without its rows: a repeat of the request gets none. */
const MAX_OUTCOME = 16_384;
const LONG = "lasting-";

/** The id under which an outcome is stored, or null where the request has none. One that lasts says so by its id. */
export function storedId({ requestId, remembered }: Repeatable): string | null {
  if (requestId === undefined) return null;
  return remembered === "long" ? LONG + requestId : requestId;
}

export const LASTING_MARK = LONG;

export function isLasting(storedId: string): boolean {
  return storedId.startsWith(LONG);
}

/** An outcome as text. The list around it tells exact JSON from what earlier releases stored. */
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
