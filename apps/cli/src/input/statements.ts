/** A comment, a quoted text or name, a word, a semicolon, or any other character. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|\w+|[\s\S]/g;

/** Splits SQL at its semicolons, except those within texts, names, comments, and the body of a trigger. */
export function statementsOf(sql: string): string[] {
  const statements: string[] = [];
  let words: string[] = [];
  let start = 0;
  const end = (at: number) => {
    if (words.length > 0) statements.push(sql.slice(start, at).trim());
    words = [];
  };
  for (const { 0: token, index } of sql.matchAll(TOKEN)) {
    if (token === ";") {
      if (isTrigger(words) && !endsTrigger(words)) words.push(token);
      else {
        end(index);
        start = index + 1;
      }
    } else if (!/^(\s|--|\/\*)/.test(token)) words.push(token.toUpperCase());
  }
  end(sql.length);
  return statements;
}

function isTrigger([create, second, third]: readonly string[]): boolean {
  return create === "CREATE" && (second === "TRIGGER" || (/^TEMP(ORARY)?$/.test(second ?? "") && third === "TRIGGER"));
}

/** The END of a trigger follows the semicolon of its last statement, unlike that of a CASE. */
function endsTrigger(words: readonly string[]): boolean {
  return words.at(-1) === "END" && words.at(-2) === ";";
}
