import type { Parameters, StatementText, Value } from "@heliosdb/port";
import { hasImpossiblePlace, IMPOSSIBLE_PLACE, type Places, placesOf, withValues } from "../../../sql/placeholders.js";
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
    const places = placesOf(statement.placeholders);
    if (hasImpossiblePlace(places)) throw new StatementError(IMPOSSIBLE_PLACE);
    const wanted = places.count;
    if (given.length - start < wanted) {
      throw new StatementError(`not enough args to execute query: want ${wanted} got ${given.length}`);
    }
    const end = start + wanted;
    const own = given.slice(start, end);
    const others = given.filter(({ name }, i) => name !== null && (i < start || i >= end));
    start = end;
    const { verb } = statement;
    return { ...withValues(statement, places, valuesOf(places, [...own, ...others])), verb };
  });
}

/** By place; what nobody gave is NULL. */
function valuesOf({ count, byName }: Places, given: readonly Argument[]): readonly Value[] {
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
