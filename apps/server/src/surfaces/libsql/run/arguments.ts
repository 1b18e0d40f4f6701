import { isNamedPlaceholder, type Parameters, type StatementText, type Value } from "@heliosdb/port";
import { ProtocolError } from "../protocol/protocol-error.js";
import { parseValue } from "../protocol/wire-value.js";
import type { WireStatement } from "../readers/requests.js";

/** The values of a statement's placeholders, as the port takes them. */
export function argumentsOf({ args, namedArgs }: WireStatement, { placeholders }: StatementText): Parameters {
  if (args.length > 0 && namedArgs.length > 0) {
    throw new ProtocolError(
      "ARGS_BOTH_POSITIONAL_AND_NAMED",
      "Specifying both positional and named arguments is not supported",
    );
  }
  if (namedArgs.length > 0) {
    return Object.fromEntries(namedArgs.map(({ name, value }) => [name.replace(/^[:@$]/, ""), parseValue(value)]));
  }
  const values = args.map(parseValue);
  const names = [...new Set(placeholders.map(({ text }) => text))].filter(isNamedPlaceholder);
  // Values in order are for names in the order in which they first stand.
  return names.length === 0 ? values : named(names, values);
}

function named(names: readonly string[], values: readonly Value[]): Parameters {
  if (names.length !== values.length) {
    throw new ProtocolError(
      "ARGS_INVALID",
      `Arguments do not match SQL parameters: expected ${names.length}, got ${values.length}.`,
    );
  }
  return Object.fromEntries(names.map((name, at) => [name.slice(1), values[at]!]));
}
