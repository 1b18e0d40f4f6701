import { COLUMN_TYPES, type ColumnType, type Json, type JsonCell, type Parameters, type Value } from "@heliosdb/port";
import { ApiError } from "../../../errors/api-error.js";
import { anything, custom, integer, listOf, named, recordOf, text, word } from "../../../schema/index.js";
import { invalid } from "../../../schema/invalid.js";
import { suggestion } from "../../../util/nearest.js";
import { bindJson, bindTyped, PARAMETER_TYPES, type ParameterType } from "./bind.js";

/** One value of a row in a response. */
export const cell = named(
  "Cell",
  custom<JsonCell>(
    {
      description:
        "A value. An integer beyond 2^53 − 1 is a decimal string, a blob is base64, an infinity is a string.",
      nullable: true,
      oneOf: [{ type: "string" }, { type: "number" }, { type: "boolean" }],
    },
    (value, path) => {
      if (typeof value === "object" && value !== null) throw invalid(path, "a single value", value);
      return value as JsonCell;
    },
  ),
);

const typedSchema = {
  type: "object",
  additionalProperties: false,
  required: ["type"],
  properties: {
    type: { type: "string", enum: [...PARAMETER_TYPES] },
    value: {
      description: "A value of that type, or null. An int8 beyond 2^53 − 1 is sent as a string, bytea as base64.",
    },
  },
  example: { type: "int4", value: 25 },
};

export const typedValue = named(
  "TypedValue",
  custom<Value>(typedSchema, (value, path) => {
    const typed = asTyped(value);
    if (!typed) throw invalid(path, "{type, value}", value);
    return bindTyped(typed.type, typed.value, path);
  }),
);

/** A parameter of a statement: typed as in the tutorial, or a plain value. */
export const parameter = named(
  "Parameter",
  custom<Value>(
    {
      description: "A value for a placeholder: `{type, value}`, or a bare string, number, boolean or null.",
      nullable: true,
      oneOf: [{ type: "string" }, { type: "number" }, { type: "boolean" }, typedValue.json],
    },
    parseParameter,
    [typedValue],
  ),
);

function parseParameter(value: unknown, path: string): Value {
  if (typeof value !== "object" || value === null) return bindJson(value as Json, path);
  if (Array.isArray(value))
    throw new ApiError(
      "PARAM_TYPE",
      `'${path}' must be a single value, got a list. Send {"type": "json", "value": […]}.`,
    );
  const { type, value: _, ...others } = value as { type?: unknown; value?: unknown };
  const unknown = Object.keys(others)[0];
  if (typeof type !== "string") throw new ApiError("PARAM_TYPE", `'${path}' must be {type, value} or a bare value.`);
  if (unknown !== undefined) {
    throw new ApiError("UNKNOWN_FIELD", `Unknown field '${path}.${unknown}'. Expected type, value.`, {
      field: `${path}.${unknown}`,
    });
  }
  return typedValue.parse(value, path);
}

const parameterList = listOf(parameter);
const parametersByName = recordOf(parameter);

/** The values of a statement's placeholders, in order or by name. */
export const parameters = named(
  "Parameters",
  custom<Parameters>(
    {
      description:
        "Values for `$1`, `$2`, … or for each `?`, as a list. For `:name`, `@name` and `$name` an object of values by name.",
      oneOf: [parameterList.json, parametersByName.json],
      example: [{ type: "int4", value: 25 }],
    },
    (value, path) => {
      if (Array.isArray(value)) return parameterList.parse(value, path);
      if (typeof value !== "object" || value === null) throw invalid(path, "a list, or an object by name", value);
      return parametersByName.parse(value, path);
    },
    [parameter],
  ),
);

/** A column's value in `rows` or `values`. */
export const columnValue = named(
  "ColumnValue",
  custom<Value>(
    {
      description:
        "A value for a column. A list or an object is stored as its JSON text. `{type, value}` is a typed value; send " +
        "blobs this way.",
      nullable: true,
      oneOf: [
        { type: "string" },
        { type: "number" },
        { type: "boolean" },
        { type: "array", items: {} },
        { type: "object", additionalProperties: true },
      ],
    },
    (value, path) => {
      const typed = typeof value === "object" && value !== null ? asTyped(value, PARAMETER_TYPES) : undefined;
      return typed ? bindTyped(typed.type, typed.value, path) : bindJson(value as Json, path);
    },
  ),
);

/** With `only`, an object that merely has a field called "type" is not taken for a typed value. */
function asTyped(value: unknown, only?: readonly string[]): { type: ParameterType; value: Json } | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { type, value: inner = null, ...others } = value as { type?: unknown; value?: Json };
  if (typeof type !== "string" || Object.keys(others).length > 0) return undefined;
  const known = PARAMETER_TYPES.find((name) => name === type.toLowerCase());
  if (known) return "value" in value || known === "null" || !only ? { type: known, value: inner } : undefined;
  if (only) return undefined;
  const near = suggestion(type, PARAMETER_TYPES);
  throw new ApiError(
    "PARAM_TYPE",
    `Unknown parameter type '${type}'. ${near ? `Did you mean '${near}'?` : `Expected one of ${PARAMETER_TYPES.join(", ")}.`}`,
  );
}

export const jsonValue = anything({ description: "Any JSON value." });

export const epochSeconds = integer({ format: "int64", description: "Seconds since 1970.", example: 1701446400 });
export const isoTime = text({ format: "date-time", example: "2025-12-01T08:00:00Z" });
export const scn = integer({
  format: "int64",
  description: "System change number: the place of a commit in the database's history.",
  example: 42,
});

/** Column types under the names of the tutorial and of the spec. */
export const columnTypeLite = named("ColumnType", word(COLUMN_TYPES));

export const SPEC_TYPES: { readonly [T in ColumnType]: string } = {
  int4: "INTEGER",
  int8: "BIGINT",
  float8: "DOUBLE",
  text: "TEXT",
  bool: "BOOLEAN",
  bytea: "BLOB",
  timestamp: "TIMESTAMP",
  date: "DATE",
  numeric: "NUMERIC",
  json: "JSON",
};
export const columnTypeSpec = named("SpecColumnType", word(Object.values(SPEC_TYPES)));
