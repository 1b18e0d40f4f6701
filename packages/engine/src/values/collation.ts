import { foldName } from "../sql/names.js";

/** Folds a text for comparison by one of SQLite's collations: texts that it considers equal fold to the same. */
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
