import { quoted, writeExactJson } from "@heliosdb/port";

/**
 * An object as JSON, field by field, of which only the fields that `isExact` names hold exact values: what a small
 * message costs is mostly its text, and this is several times faster than to encode a copy of the whole.
 */
export function fieldsText(object: object, isExact: (name: string) => boolean): string {
  const fields = object as { readonly [name: string]: unknown };
  let text = "";
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    text += `${text === "" ? "" : ","}"${name}":${isExact(name) ? writeExactJson(value) : plainText(value)}`;
  }
  return `{${text}}`;
}

function plainText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (Number.isSafeInteger(value)) return String(value);
  }
  return JSON.stringify(value);
}
