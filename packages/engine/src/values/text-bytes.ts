/**
 * A file may have texts that are invalid UTF-8. As JavaScript strings, they would all become the same replacement
 * characters. So each byte that is not part of a character becomes the code unit U+DC00 + byte, a lone surrogate that
 * no valid text can contain. Such strings are compared, put into JSON and read back like any other, and become the same
 * bytes again.
 */
export function textOfBytes(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    text += length === 0 ? String.fromCharCode(0xdc00 + bytes[at]!) : bytes.toString("utf8", at, at + length);
    at += Math.max(length, 1);
  }
  return text;
}

export function bytesOfText(text: string): Buffer {
  return Buffer.concat(
    text
      .split(BROKEN)
      .map((part) => (BROKEN_PART.test(part) ? Buffer.from([part.charCodeAt(0) - 0xdc00]) : Buffer.from(part))),
  );
}

/**
 * Whether a value may have lost bytes when it became a string; the replacement character may also be the text's own.
 */
export function mayBeBroken(value: unknown): boolean {
  return typeof value === "string" && value.includes("\ufffd");
}

export function isBroken(value: unknown): value is string {
  return typeof value === "string" && BROKEN.test(value);
}

/** A value for display: invalid bytes become the replacement character, as in SQLite's own results. */
export function shown<T>(value: T): T | string {
  return isBroken(value) ? bytesOfText(value).toString() : value;
}

const BROKEN = /((?<![\ud800-\udbff])[\udc80-\udcff])/;
const BROKEN_PART = /^[\udc80-\udcff]$/;

/** Number of bytes of the character at an offset; 0 if none begins there. */
function characterLength(bytes: Buffer, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const character = bytes.subarray(at, at + length);
  return Buffer.from(character.toString()).equals(character) ? length : 0;
}
