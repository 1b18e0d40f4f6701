import fastStringWidth from "fast-string-width";

// One character of ASCII takes one column, and most cells have nothing else.
const ASCII = /^[\x20-\x7e]*$/;

/** Columns that a text takes on a terminal: wide characters take two, combining ones none. */
export function textWidth(text: string): number {
  return ASCII.test(text) ? text.length : fastStringWidth(text);
}

const segments = new Intl.Segmenter();

/** The beginning of a text that takes at most `columns` columns, with an ellipsis where something is missing. */
export function cutText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let [kept, width] = ["", 0];
  for (const { segment } of segments.segment(text)) {
    const next = width + textWidth(segment);
    if (next > columns - 1) break;
    [kept, width] = [kept + segment, next];
  }
  return `${kept}…`;
}

/** The pieces of a text that each take at most `columns` columns, at least one. */
export function wrapText(text: string, columns: number): readonly string[] {
  if (textWidth(text) <= columns) return [text];
  const pieces: string[] = [];
  let [piece, width] = ["", 0];
  for (const { segment } of segments.segment(text)) {
    const own = textWidth(segment);
    if (piece !== "" && width + own > columns) {
      pieces.push(piece);
      [piece, width] = ["", 0];
    }
    [piece, width] = [piece + segment, width + own];
  }
  return [...pieces, piece];
}
