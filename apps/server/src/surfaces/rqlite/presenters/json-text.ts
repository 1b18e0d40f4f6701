/** Characters that Go's encoder escapes, and JSON.stringify does not. */
const ESCAPED = /[<>&\u2028\u2029]/g;
const INDENT = "    ";

/** A string as Go's encoder writes it. */
export function jsonString(text: string): string {
  const json = JSON.stringify(text);
  return json.replace(ESCAPED, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A real as Go's encoder writes it; infinities are null. */
export function jsonNumber(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? String(value) : "null";
}

const PART = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]|[^"[\]{},:]+/gs;

/** Compact JSON with line breaks, as Go's encoder indents it. */
export function indented(json: string): string {
  const lines: string[] = [];
  let depth = 0;
  let isEmpty = false;
  const breakLine = () => lines.push(`\n${INDENT.repeat(depth)}`);
  for (const [part] of json.matchAll(PART)) {
    const closes = part === "]" || part === "}";
    if (isEmpty && !closes) breakLine();
    if (closes) {
      depth--;
      if (!isEmpty) breakLine();
    }
    isEmpty = part === "[" || part === "{";
    if (isEmpty) depth++;
    lines.push(part === ":" ? ": " : part);
    if (part === ",") breakLine();
  }
  return lines.join("");
}
