import { ApiError } from "../../../errors/api-error.js";

/** Parameters of a URL by name. */
export interface QueryParameters {
  readonly [name: string]: string;
}

const NONE: QueryParameters = Object.freeze(Object.create(null));

/** Splits a query string. `+` is a blank, as forms and the tutorial's examples write it. Throws ApiError. */
export function readQueryString(text: string): QueryParameters {
  if (text === "") return NONE;
  const values: { [name: string]: string } = Object.create(null);
  for (const part of text.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = decode(equals < 0 ? "" : part.slice(equals + 1));
    if (name === undefined || value === undefined) {
      throw new ApiError("BAD_REQUEST", "The query string has malformed percent-encoding.");
    }
    if (name in values)
      throw new ApiError("BAD_REQUEST", `The query parameter '${name}' is given twice. Send it once.`);
    values[name] = value;
  }
  return values;
}

function decode(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
