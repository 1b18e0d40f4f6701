import { ApiError } from "../../../../errors/api-error.js";
import { custom, type Schema } from "../../../../schema/index.js";
import type { Filter } from "../../rows/filter.js";

const MOST = 100;
const MAX_NAME = 100;
const MAX_VALUE = 1000;

/** A query string in which every parameter is a column and the value that it has. */
export const selectors: Schema<readonly Filter[]> = custom(
  { type: "object", additionalProperties: { type: "string", maxLength: MAX_VALUE }, maxProperties: MOST },
  (query) => {
    const given = Object.entries(query as { readonly [name: string]: string });
    if (given.length > MOST) throw refused(`Expecting at most ${MOST} constraints, got ${given.length}`);
    return given.map(([param, value]): Filter => {
      if (param.length > MAX_NAME) throw refused(`Expecting names of at most ${MAX_NAME} characters`);
      if (value.length > MAX_VALUE) throw refused(`Expecting values of at most ${MAX_VALUE} characters`);
      return { op: "eq", param, value };
    });
  },
);

function refused(message: string): ApiError {
  return new ApiError("INVALID_FIELD", message);
}
