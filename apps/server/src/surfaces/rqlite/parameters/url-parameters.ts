import { ApiError } from "../../../errors/api-error.js";

/** Parameters of a URL by name: of one that is given several times the first. */
export type UrlParameters = ReadonlyMap<string, string>;

/** Splits a query string as Go's libraries do. Throws BAD_REQUEST. */
export function readUrlParameters(text: string): UrlParameters {
  const values = new Map<string, string>();
  for (const part of text.split("&")) {
    if (part === "") continue;
    if (part.includes(";")) throw new ApiError("BAD_REQUEST", "invalid semicolon separator in query");
    const equals = part.indexOf("=");
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = decode(equals < 0 ? "" : part.slice(equals + 1));
    if (!values.has(name)) values.set(name, value);
  }
  return values;
}

function decode(text: string): string {
  const invalid = /%(?![0-9a-fA-F]{2}).{0,2}/su.exec(text);
  if (invalid) throw new ApiError("BAD_REQUEST", `invalid URL escape ${JSON.stringify(invalid[0])}`);
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new ApiError("BAD_REQUEST", "invalid UTF-8 in query");
  }
}
