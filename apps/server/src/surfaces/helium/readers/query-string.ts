import { ApiError } from "../../../errors/api-error.js";

export interface TextFields {
  readonly [name: string]: string;
}

/**
 * A query string or a form, by name. `+` is a blank. Throws ApiError.
 * @param where the noun for messages
 */
export function readQueryString(text: string, where: "query string" | "form" = "query string"): TextFields {
  const fields: { [name: string]: string } = Object.create(null);
  for (const part of text.split("&")) {
    if (part === "") continue;
    const [name, ...rest] = part.split("=");
    const key = decoded(name!, where);
    if (key in fields)
      throw new ApiError("BAD_REQUEST", `The ${where} has '${key.slice(0, 100)}' twice. Send it once.`);
    fields[key] = decoded(rest.join("="), where);
  }
  return fields;
}

function decoded(text: string, where: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new ApiError("BAD_REQUEST", `The ${where} has malformed percent-encoding.`);
  }
}
