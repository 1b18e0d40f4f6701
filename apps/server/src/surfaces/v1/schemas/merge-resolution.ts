import type { Json, MergeResolution, Value } from "@heliosdb/port";
import { ApiError } from "../../../errors/api-error.js";
import { custom, listOf, named, objectOf, optional, recordOf, type Schema, text, word } from "../../../schema/index.js";
import { refused } from "../../../schema/invalid.js";
import { under } from "../../../schema/schema.js";
import { columnValue, parameter } from "./values.js";

const key: Schema<Value | readonly Value[]> = custom(
  {
    description:
      "Key of the row: the conflict's `row_id`, the key's value, or a list of the values of a composite key. Absent " +
      "for a conflict about the schema.",
    oneOf: [
      { type: "string" },
      { type: "number" },
      { type: "boolean" },
      { type: "array", items: parameter.json, minItems: 1 },
      { type: "object", additionalProperties: true },
    ],
    example: "123",
  },
  (value, path) => (Array.isArray(value) ? keyParts.parse(value, path) : parameter.parse(value, path)),
  [parameter],
);
const keyParts = listOf(parameter, { minItems: 1 });

const row = recordOf(columnValue);

const fields = objectOf(
  {
    table: text({ minLength: 1, description: "The conflict's `table`.", example: "users" }),
    key: optional(key),
    column: optional(text({ minLength: 1, description: "The conflict's `column`; absent for the whole row." })),
    use: word(["source", "target", "value"], {
      description: "The side whose value is taken; `value`: the value given here.",
    }),
    value: optional(
      custom<Json>(
        {
          nullable: true,
          description: "With `use: value`: a column's value; or for a row all columns by name, or null for no row.",
        },
        (value) => value as Json,
        [columnValue],
      ),
    ),
  },
  {
    aliases: { row_id: "key" },
    hints: { resolution: "use", resolved_value: "value", strategy: "use" },
    example: { table: "users", row_id: "123", column: "email", use: "source" },
  },
);

/** The decision about one conflict. */
export const mergeResolution: Schema<MergeResolution> = named("MergeResolution", {
  ...fields,
  parse(given, path) {
    const { value, ...resolution } = fields.parse(given, path);
    if (resolution.use !== "value") {
      if (value === undefined) return resolution;
      throw new ApiError(
        "FIELD_CONFLICT",
        `'${under(path, "value")}' is only for "use": "value". Leave out one of the two.`,
        {
          fields: ["use", "value"],
        },
      );
    }
    if (value === undefined) throw refused(path, `needs a 'value' with "use": "value"`);
    return { ...resolution, value: parseValue(value, resolution, under(path, "value")) };
  },
});

function parseValue(
  value: Json,
  of: Omit<MergeResolution, "value">,
  path: string,
): NonNullable<MergeResolution["value"]> | null {
  if (of.key === undefined) throw refused(path, "must be source or target for a conflict about the schema");
  if (of.column !== undefined) return columnValue.parse(value, path);
  return value === null ? null : row.parse(value, path);
}
