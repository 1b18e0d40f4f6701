/** A piece of SQL: where it begins and ends, and what it is. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly kind: "word" | "text" | "name" | "comment" | "parameter" | "number" | "sign";
}

const PATTERNS: readonly (readonly [Piece["kind"], RegExp])[] = [
  ["comment", /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ["text", /'(?:[^']|'')*(?:'|$)/y],
  ["name", /"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)/y],
  ["parameter", /\?\d*|[$:@][\p{L}\p{N}_]+/uy],
  ["number", /\d[\d.a-fA-FxX]*/y],
  ["word", /[\p{L}_][\p{L}\p{N}_$]*/uy],
];

/** Blanks are left out. Texts and comments without an end reach to the end. */
export function* scan(sql: string): Generator<Piece> {
  let at = 0;
  while (at < sql.length) {
    if (/\s/.test(sql[at]!)) {
      at++;
      continue;
    }
    const piece = pieceAt(sql, at);
    yield piece;
    at = piece.to;
  }
}

function pieceAt(sql: string, from: number): Piece {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = from;
    const found = pattern.exec(sql);
    if (found && found[0].length > 0) return { from, to: from + found[0].length, kind };
  }
  return { from, to: from + 1, kind: "sign" };
}
