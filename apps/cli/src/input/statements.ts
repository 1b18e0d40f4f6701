/** A comment, a quoted text or name, a word, a semicolon, or any other character. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|\w+|[\s\S]/g;

/** Splits SQL at its semicolons, except those within texts, names, comments, and the body of a trigger. */
export function statementsOf(sql: string): string[] {
  const { complete, rest } = splitStatements(sql);
  return rest === "" ? complete : [...complete, rest];
}

/** The statements of a text that end with a semicolon, without it, and what follows the last one, if it is no comment. */
export function splitStatements(sql: string): { readonly complete: string[]; readonly rest: string } {
  const complete: string[] = [];
  let words: string[] = [];
  let start = 0;
  for (const { 0: token, index } of sql.matchAll(TOKEN)) {
    if (token === ";") {
      if (isTrigger(words) && !endsTrigger(words)) words.push(token);
      else {
        if (words.length > 0) complete.push(sql.slice(start, index).trim());
        words = [];
        start = index + 1;
      }
    } else if (!/^(\s|--|\/\*)/.test(token)) words.push(token.toUpperCase());
  }
  return { complete, rest: words.length > 0 ? sql.slice(start).trim() : "" };
}

function isTrigger([create, second, third]: readonly string[]): boolean {
  return create === "CREATE" && (second === "TRIGGER" || (/^TEMP(ORARY)?$/.test(second ?? "") && third === "TRIGGER"));
}

/** The END of a trigger follows the semicolon of its last statement, unlike that of a CASE. */
function endsTrigger(words: readonly string[]): boolean {
  return words.at(-1) === "END" && words.at(-2) === ";";
}
