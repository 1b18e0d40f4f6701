import { isNamedPlaceholder, type Parameters, type Placeholder, type StatementText, type Value } from "@heliosdb/port";
import type { Argument } from "../readers/statements.js";

/** A statement with values for its placeholders, as the port takes it. */
export interface BoundStatement {
  readonly sql: string;
  readonly params: Parameters;
  readonly verb: string;
}

/** An error that is the result of its statement. */
export class StatementError extends Error {}

/**
 * Gives each statement of a text its values: as many of them, in order, as it has placeholders, and all that have a name.
 * Values beyond those are left out. Throws StatementError where there are too few.
 */
export function bindArguments(
  statements: readonly StatementText[],
  given: readonly Argument[],
): readonly BoundStatement[] {
  const misnamed = given.find(({ name }) => name !== null && !/^\p{L}/u.test(name));
  if (misnamed) throw new StatementError(`name ${JSON.stringify(misnamed.name)} does not begin with a letter`);
  let start = 0;
  return statements.map((statement) => {
    const slots = slotsOf(statement.placeholders);
    const wanted = slots.count;
    if (given.length - start < wanted) {
      throw new StatementError(`not enough args to execute query: want ${wanted} got ${given.length}`);
    }
    const end = start + wanted;
    const own = given.slice(start, end);
    const others = given.filter(({ name }, i) => name !== null && (i < start || i >= end));
    start = end;
    return bound(statement, slots, valuesOf(slots, [...own, ...others]));
  });
}

/** The place of each placeholder among the values, from 1 on, as SQLite numbers them. */
interface Slots {
  readonly count: number;
  readonly of: readonly number[];
  readonly byName: ReadonlyMap<string, number>;
}

function slotsOf(placeholders: readonly Placeholder[]): Slots {
  const byName = new Map<string, number>();
  let count = 0;
  const of = placeholders.map(({ text }) => {
    const number = text.startsWith("?") && text !== "?" ? Number(text.slice(1)) : null;
    const place = number ?? (text === "?" ? undefined : byName.get(text)) ?? count + 1;
    if (number === null && text !== "?") byName.set(text, place);
    count = Math.max(count, place);
    return place;
  });
  return { count, of, byName };
}

/** By place; what nobody gave is NULL. */
function valuesOf({ count, byName }: Slots, given: readonly Argument[]): readonly Value[] {
  const values: Value[] = new Array(Math.min(count, given.length)).fill(null);
  given.forEach(({ name, value }, i) => {
    if (name === null) {
      if (i < count) values[i] = value;
      return;
    }
    for (const prefix of [":", "@", "$"]) {
      const place = byName.get(prefix + name);
      if (place !== undefined) values[place - 1] = value;
    }
  });
  return values;
}

/** The port takes one kind of placeholder; where kinds are mixed, all become `?`. */
function bound({ sql, verb, placeholders }: StatementText, { of }: Slots, values: readonly Value[]): BoundStatement {
  if (placeholders.length === 0) return { sql, verb, params: [] };
  const texts = placeholders.map(({ text }) => text);
  const value = (i: number) => values[of[i]! - 1] ?? null;
  if (texts.every((text) => text === "?")) return { sql, verb, params: values };
  const numbers = texts.map((text) => (/^[?$][1-9]\d{0,4}$/.test(text) ? Number(text.slice(1)) : 0));
  const oneSign = new Set(texts.map((text) => text[0])).size === 1;
  const most = Math.max(...numbers);
  if (oneSign && numbers.every((number) => number > 0) && new Set(numbers).size === most) {
    return { sql, verb, params: Array.from({ length: most }, (_, i) => value(numbers.indexOf(i + 1))) };
  }
  const names = [...new Set(texts)];
  if (oneSign && names.every(isNamedPlaceholder)) {
    return { sql, verb, params: names.map((text) => value(texts.indexOf(text))) };
  }
  return { sql: withPlainPlaceholders(sql, placeholders), verb, params: texts.map((_, i) => value(i)) };
}

function withPlainPlaceholders(sql: string, placeholders: readonly Placeholder[]): string {
  let text = "";
  let from = 0;
  for (const { text: placeholder, start } of placeholders) {
    text += `${sql.slice(from, start)}?`;
    from = start + placeholder.length;
  }
  return text + sql.slice(from);
}
