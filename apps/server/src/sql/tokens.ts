/** word: bare, in upper case in `value`. name: in "…", `…` or […], without its quotes. string: '…', without its quotes. */
export interface Token {
  readonly kind: "word" | "name" | "string" | "symbol";
  /** As it stands in the text, but for its quotes. */
  readonly text: string;
  readonly value: string;
}

const SPACE = /[ \t\n\f\r\ufeff]+/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
/** Text without a meaning for us, numbers among it, in as few pieces as possible. */
const OTHER = /[0-9.+*%=<>&|~,;?$@:#!^{}\]\\]+/y;
const CLOSING: { readonly [open: string]: string } = { '"': '"', "`": "`", "[": "]", "'": "'" };

/**
 * The tokens of a text, read as they are asked for. Good enough to find a statement's verb and to read SHOW; the engine
 * has its own, and decides what runs. What is never closed ends with the text.
 */
export function* tokensOf(sql: string): Generator<Token, void, undefined> {
  let at = 0;
  while (at < sql.length) {
    const char = sql[at]!;
    const skipped = lengthOf(SPACE, sql, at);
    if (skipped > 0) at += skipped;
    else if (sql.startsWith("--", at)) at = endAfter(sql, "\n", at);
    else if (sql.startsWith("/*", at)) at = endAfter(sql, "*/", at + 2);
    else if (char in CLOSING) {
      const end = endOfQuoted(sql, at, CLOSING[char]!);
      const text = sql.slice(at + 1, end - 1).replaceAll(char + char, char);
      yield { kind: char === "'" ? "string" : "name", text, value: text };
      at = end;
    } else {
      const length = lengthOf(WORD, sql, at);
      const end = at + (length || lengthOf(OTHER, sql, at) || 1);
      const text = sql.slice(at, end);
      yield { kind: length > 0 ? "word" : "symbol", text, value: length > 0 ? text.toUpperCase() : text };
      at = end;
    }
  }
}

function lengthOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex - at : 0;
}

function endAfter(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end + mark.length;
}

/** Behind the closing quote; a doubled one stands for itself. */
function endOfQuoted(text: string, at: number, closing: string): number {
  let from = at + 1;
  for (;;) {
    const end = text.indexOf(closing, from);
    if (end < 0) return text.length + 1;
    if (closing === "]" || text[end + 1] !== closing) return end + 1;
    from = end + 2;
  }
}
