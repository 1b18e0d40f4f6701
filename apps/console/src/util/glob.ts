/** Whether a name matches a pattern in which `*` is any text and `?` one character. */
export function matchesGlob(pattern: string, name: string): boolean {
  let at = 0;
  let wanted = 0;
  /** Where the last star stands, and how much of the name it has taken. */
  let star = -1;
  let taken = 0;
  while (at < name.length) {
    if (pattern[wanted] === "*") {
      star = wanted++;
      taken = at;
    } else if (pattern[wanted] === "?" || pattern[wanted] === name[at]) {
      at++;
      wanted++;
    } else if (star >= 0) {
      wanted = star + 1;
      at = ++taken;
    } else return false;
  }
  while (pattern[wanted] === "*") wanted++;
  return wanted === pattern.length;
}

/** What is typed one a line, without empty lines and repetitions. */
export function linesOf(text: string): readonly string[] {
  return [
    ...new Set(
      text
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== ""),
    ),
  ];
}
