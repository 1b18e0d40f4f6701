import type { Parameters, StatementText, Value } from "@heliosdb/port";
import { hasImpossiblePlace, IMPOSSIBLE_PLACE, type Places, placesOf, withValues } from "../../../sql/placeholders.js";
import { ProtocolError } from "../protocol/protocol-error.js";
import { parseValue } from "../protocol/wire-value.js";
import type { WireStatement } from "../readers/requests.js";

/** A statement with the values of its placeholders, as the port takes it. */
export function withArguments(
  { args, namedArgs }: WireStatement,
  text: StatementText,
): { readonly sql: string; readonly params: Parameters } {
  if (args.length > 0 && namedArgs.length > 0) {
    throw new ProtocolError(
      "ARGS_BOTH_POSITIONAL_AND_NAMED",
      "Specifying both positional and named arguments is not supported",
    );
  }
  const places = placesOf(text.placeholders);
  if (hasImpossiblePlace(places)) {
    throw new ProtocolError("SQL_PARSE_ERROR", `SQL string could not be parsed: ${IMPOSSIBLE_PLACE}`);
  }
  return withValues(text, places, namedArgs.length > 0 ? named(places, namedArgs) : inOrder(places, args));
}

function inOrder({ count }: Places, args: WireStatement["args"]): readonly Value[] {
  if (args.length !== count) throw mismatch(`expected ${count}, got ${args.length}.`);
  return args.map(parseValue);
}

/** Names may be sent with the sign that they have in the statement, or without any. */
function named({ count, byName }: Places, namedArgs: WireStatement["namedArgs"]): readonly Value[] {
  const given = new Map(namedArgs.map(({ name, value }) => [name.replace(/^[:@$]/, ""), parseValue(value)]));
  const values: (Value | undefined)[] = new Array(count).fill(undefined);
  const used = new Set<string>();
  for (const [text, place] of byName) {
    const name = text.slice(1);
    if (!given.has(name)) throw mismatch(`The placeholder ${text} has no value. Send one under that name.`);
    values[place - 1] = given.get(name)!;
    used.add(name);
  }
  if (values.includes(undefined)) throw mismatch("Placeholders without a name need positional arguments.");
  for (const name of given.keys()) if (!used.has(name)) throw mismatch(`'${name}' has no placeholder in the SQL.`);
  return values as readonly Value[];
}

function mismatch(why: string): ProtocolError {
  return new ProtocolError("ARGS_INVALID", `Arguments do not match SQL parameters: ${why}`);
}
