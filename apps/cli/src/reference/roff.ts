/** Characters that roff would read, or print as others: a hyphen must stay one when a command is copied. */
const ESCAPED: Readonly<Record<string, string>> = {
  "\\": "\\(rs",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  "…": "...",
};

/** Text as it is, on a line of its own or inside one. */
export function plain(text: string): string {
  const escaped = text.replace(/[\\\-'`^~…]/g, (character) => ESCAPED[character]!).replace(/\s+/g, " ");
  // A dot at the beginning of a line would be a request.
  return escaped.replace(/^\./, "\\&.");
}

export function bold(text: string): string {
  return `\\fB${plain(text)}\\fR`;
}

/** Syntax of a command: names of values in italics, everything else in bold. */
export function typeset(syntax: string): string {
  return syntax
    .split(/(<[^>]+>|\[[^\]]+\])/)
    .filter((part) => part !== "")
    .map((part) => (/^[<[]/.test(part) ? `\\fI${plain(part)}\\fR` : bold(part)))
    .join("");
}
