import { HeliosError, POINT_TYPES, type PointInTime, parsePoint, parseTypedPoint } from "@heliosdb/port";
import { ApiError } from "../../../errors/api-error.js";
import { custom, named, optional, type Schema, text } from "../../../schema/index.js";
import { invalid } from "../../../schema/invalid.js";
import { suggestion } from "../../../util/nearest.js";

/** A point in time in a body: `{type, value}` as in both documents, or a plain number or text. */
export const point: Schema<PointInTime> = named(
  "PointInTime",
  custom(
    {
      description:
        "A point in time of a branch's history. A number below 10^11 is seconds since 1970, otherwise milliseconds; a " +
        "whole second means its end. A string is ISO 8601, `now`, `scn:42`, `tx:7` or `snapshot:ID`.",
      oneOf: [
        { type: "number", example: 1701446400 },
        { type: "string", example: "2025-12-01T08:00:00Z" },
        {
          type: "object",
          additionalProperties: false,
          required: ["type"],
          properties: {
            type: { type: "string", enum: [...POINT_TYPES] },
            value: { oneOf: [{ type: "number" }, { type: "string" }], nullable: true },
          },
          example: { type: "timestamp", value: 1701446400 },
        },
      ],
    },
    parseBodyPoint,
  ),
);

function parseBodyPoint(value: unknown, path: string): PointInTime {
  if (typeof value === "number" || typeof value === "string") return parsePoint(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(path, "a number, a string or {type, value}", value);
  }
  const { type, value: at, ...others } = value as { type?: unknown; value?: unknown };
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) {
    const near = suggestion(unknown, ["type", "value"]) ?? "value";
    throw new ApiError("UNKNOWN_FIELD", `Unknown field '${path}.${unknown}'. Did you mean '${near}'?`, {
      field: `${path}.${unknown}`,
    });
  }
  if (typeof type !== "string") throw invalid(`${path}.type`, "a text", type);
  return parseTypedPoint(type, at);
}

/** The three query parameters that name a point in time. */
const pointParameters = {
  as_of: text({
    description:
      "Point in time to read: seconds since 1970, ISO 8601 (send a `+` as `%2B`), `scn:42`, `tx:7` or `snapshot:ID`.",
    example: "1701446400",
  }),
  as_of_type: text({ description: `The kind of \`as_of_value\`: ${POINT_TYPES.join(", ")}.`, example: "timestamp" }),
  as_of_value: text({
    description: "The point in time, in the form given by `as_of_type`.",
    example: "2025-12-01T08:00:00Z",
  }),
};

/** The same as optional fields of a query string. */
export const pointFields = {
  as_of: optional(pointParameters.as_of),
  as_of_type: optional(pointParameters.as_of_type),
  as_of_value: optional(pointParameters.as_of_value),
};

/** The point in time in a URL, in one of its two notations; undefined if there is none. */
export function pointOfUrl(query: {
  readonly as_of?: string;
  readonly as_of_type?: string;
  readonly as_of_value?: string;
}): PointInTime | undefined {
  const { as_of, as_of_type, as_of_value } = query;
  if (as_of !== undefined) {
    if (as_of_type !== undefined || as_of_value !== undefined) {
      throw new ApiError(
        "FIELD_CONFLICT",
        "'as_of' and 'as_of_type' both give the point in time. Send one of the two.",
        {
          fields: ["as_of", as_of_type !== undefined ? "as_of_type" : "as_of_value"],
        },
      );
    }
    return parsePoint(as_of);
  }
  if (as_of_type !== undefined) return parseTypedPoint(as_of_type, as_of_value);
  if (as_of_value !== undefined) {
    throw new HeliosError("INVALID_POINT", "'as_of_value' needs 'as_of_type'. Send both.");
  }
  return undefined;
}
