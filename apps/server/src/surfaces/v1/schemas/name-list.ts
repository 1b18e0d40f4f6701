import { custom, type Schema } from "../../../schema/index.js";
import { refused } from "../../../schema/invalid.js";

const NAME = /\s*"((?:[^"]|"")+)"\s*(?:,|$)|([^",]+)(?:,|$)/y;

/** Comma-separated names in a URL; a name with a comma or a quote is put in double quotes, as in SQL. */
export function nameList(options: {
  readonly description: string;
  readonly example: string;
}): Schema<readonly string[]> {
  return custom({ type: "string", ...options }, (value, path) => namesIn(String(value), path));
}

function namesIn(text: string, path: string): readonly string[] {
  const names: string[] = [];
  NAME.lastIndex = 0;
  while (NAME.lastIndex < text.length) {
    const match = NAME.exec(text);
    if (!match) throw refused(path, `must be names separated by commas, got '${text}'`);
    names.push(match[1]?.replaceAll('""', '"') ?? match[2]!.trim());
  }
  if (names.length === 0 || names.includes("") || text.trimEnd().endsWith(",")) {
    throw refused(path, "must be names separated by commas, but one is missing");
  }
  return names;
}

/** Comma-separated words of a fixed set, each with its value. */
export function wordList<T>(
  words: { readonly [word: string]: T },
  options: { readonly description: string; readonly example: string },
): Schema<readonly T[]> {
  return custom({ type: "string", ...options }, (value, path) =>
    namesIn(String(value), path).map((name) => {
      if (!Object.hasOwn(words, name)) {
        throw refused(path, `must be some of ${Object.keys(words).join(", ")}, got '${name}'`);
      }
      return words[name]!;
    }),
  );
}
