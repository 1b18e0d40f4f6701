import { foldName } from "../sql/names.js";

/** A text as a collation of SQLite's compares it: two that it takes for equal fold to the same. */
export function foldText(text: string, collation: string | undefined): string {
  switch (collation?.toUpperCase()) {
    case "NOCASE":
      return foldName(text);
    case "RTRIM":
      return text.replace(/ +$/, "");
    default:
      return text;
  }
}
