import { ApiError } from "../../../../errors/api-error.js";
import { custom, objectOf, optional, withDefault } from "../../../../schema/index.js";
import { type Filter, MAX_FILTERS, readFilters } from "../../rows/filter.js";
import type { PageRequest } from "../../rows/rows.service.js";

const DEFAULT_LIMIT = 25;
export const MAX_LIMIT = 100;
/** A page of which each row has a number that a double can hold. */
const MAX_PAGE = 1e12;

const limit = custom(
  { type: "integer", minimum: 1, maximum: MAX_LIMIT, description: "Rows of a page. A larger number means 100." },
  (value) => {
    const number = integerOf(value);
    if (!(number > 0)) throw new ApiError("INVALID_FIELD", "limit must be above 0");
    return Math.min(number, MAX_LIMIT);
  },
);
const page = custom(
  { type: "integer", minimum: 1, description: "Number of the page. Anything else means 1." },
  (value) => {
    const number = integerOf(value);
    return number >= 1 ? Math.min(number, MAX_PAGE) : 1;
  },
);
const sort = custom(
  {
    type: "string",
    description: "Name of a column to sort by, ascending. With a hyphen before it, descending.",
    example: "-price",
  },
  (value): PageRequest["sort"] => {
    const name = String(value).trim();
    if (name === "") return null;
    return name.startsWith("-") ? { column: name.slice(1), descending: true } : { column: name, descending: false };
  },
);
const filters = custom(
  {
    type: "string",
    description:
      `A JSON list of at most ${MAX_FILTERS} filters that all hold: \`{"op": "lt", "param": "price", "value": "3"}\`. ` +
      '`op` is `lt` (less than), `gt` (greater than), `eq`, or `is` and `isnot` with the value `"null"`.',
    example: '[{"op":"gt","param":"price","value":"1.99"}]',
  },
  (value): readonly Filter[] => readFilters(String(value)),
);

export const pageFields = {
  sort: optional(sort),
  limit: withDefault(limit, DEFAULT_LIMIT),
  page: withDefault(page, 1),
  filters: optional(filters),
};

export const pageQuery = objectOf(pageFields, {
  noun: "query parameter",
  hints: { filter: "filters", order: "sort", order_by: "sort", offset: "page", per_page: "limit" },
});

/** As parseInt has it: digits at the beginning count, whatever follows. */
function integerOf(value: unknown): number {
  return Number.parseInt(String(value), 10);
}
