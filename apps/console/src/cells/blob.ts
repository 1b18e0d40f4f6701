export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const content = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) content[at] = text.charCodeAt(at);
  return content;
}

/** `00000010  48 65 6c …  |Hel…|` */
export function hexLines(content: Uint8Array): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < content.length; at += 16) {
    const part = [...content.subarray(at, at + 16)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = part.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${hex.padEnd(47)}  |${text}|`);
  }
  return lines;
}

/** By the first bytes. Not SVG, which may hold programs. */
const IMAGES: readonly (readonly [type: string, start: readonly number[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
];

export function imageType(content: Uint8Array): string | null {
  const found = IMAGES.find(([, start]) => start.every((byte, at) => content[at] === byte));
  if (found) return found[0];
  const word = (from: number) => String.fromCharCode(...content.subarray(from, from + 4));
  return word(0) === "RIFF" && word(8) === "WEBP" ? "image/webp" : null;
}
