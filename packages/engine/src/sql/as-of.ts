import { HeliosError, type PointInTime, parseTypedPoint, type Value } from "@heliosdb/port";
import { sameName } from "./names.js";
import type { Reference } from "./references.js";
import type { Token } from "./tokenize.js";

/** A table of a query that is read at its own point in time. */
export interface AsOfReference {
  readonly reference: Reference;
  readonly point: PointInTime;
}

/** The tables of a query that are read in the past, with their points in time, which may come from parameters. */
export function findAsOf(tables: readonly Reference[], given: (parameter: Token) => Value): readonly AsOfReference[] {
  return tables.flatMap((reference) => {
    const { asOf } = reference;
    if (asOf === null) return [];
    if (reference.schema !== null && !sameName(reference.schema, "main"))
      throw bad(reference, "is in another database");
    if (reference.isCall) throw bad(reference, "is a function, which has no history");
    return [{ reference, point: parseTypedPoint(asOf.type, pointValue(asOf.value, given)) }];
  });
}

function pointValue(token: Token, given: (parameter: Token) => Value): string | number {
  if (token.kind === "number") return token.text;
  if (token.kind === "string") return token.value;
  const value = given(token);
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  throw new HeliosError("INVALID_POINT", `Invalid AS OF. Expected a number or a text as the parameter ${token.text}.`);
}

function bad({ name, start }: Reference, why: string): HeliosError {
  return new HeliosError("INVALID_SQL", `AS OF can't be used here: "${name}" ${why}.`, { offset: start });
}
