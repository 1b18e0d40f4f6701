import { ApiError } from "../../../errors/api-error.js";

const PROBLEM = Symbol("problem");

/** Parameters of a URL by name. The first thing wrong with them is kept until its turn in the order of checks. */
export interface QueryParameters {
  readonly [name: string]: string;
}

const NONE: QueryParameters = Object.freeze(Object.create(null));

/** Splits a query string. `+` is a blank, as forms and the tutorial's examples write it. */
export function parseQueryString(text: string): QueryParameters {
  if (text === "") return NONE;
  const values: { [name: string]: string; [PROBLEM]?: ApiError } = Object.create(null);
  for (const part of text.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = decode(equals < 0 ? "" : part.slice(equals + 1));
    if (name === undefined || value === undefined) {
      values[PROBLEM] ??= new ApiError("BAD_REQUEST", "The query string has a malformed percent-encoding");
    } else if (name in values) {
      values[PROBLEM] ??= new ApiError("BAD_REQUEST", `The query parameter '${name}' is given twice`);
    } else {
      values[name] = value;
    }
  }
  return values;
}

/** Throws what was wrong with the query string. */
export function checkQueryString(query: unknown): void {
  const problem = (query as { [PROBLEM]?: ApiError } | null)?.[PROBLEM];
  if (problem) throw problem;
}

function decode(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
