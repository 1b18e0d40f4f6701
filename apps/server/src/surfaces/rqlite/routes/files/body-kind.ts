import { ApiError } from "../../../../errors/api-error.js";
import type { IncomingFile } from "../../../../files/files.service.js";

const MAGIC = Buffer.from("SQLite format 3\0");

/** A body by its first bytes: a SQLite file, still arriving, or a text, which has arrived. */
export type LoadBody =
  | { readonly kind: "file"; readonly bytes: AsyncIterable<Uint8Array> }
  | { readonly kind: "text"; readonly text: string };

/** @param maxTextBytes of a text, which is held in memory */
export async function readLoadBody(file: IncomingFile, maxTextBytes: number): Promise<LoadBody> {
  const bytes = file.bytes()[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let next = await bytes.next(); !next.done; next = await bytes.next()) {
    chunks.push(next.value);
    size += next.value.length;
    if (size >= MAGIC.length && startsAsFile(chunks)) return { kind: "file", bytes: continued(chunks, bytes) };
    if (size > maxTextBytes) {
      await bytes.return?.();
      throw new ApiError("PAYLOAD_TOO_LARGE", `The script is too large. Expected at most ${maxTextBytes} bytes.`);
    }
  }
  try {
    return {
      kind: "text",
      text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks)),
    };
  } catch {
    throw new ApiError("BAD_REQUEST", "The script is not valid UTF-8.");
  }
}

function startsAsFile(chunks: readonly Uint8Array[]): boolean {
  const first = chunks[0]!.length >= MAGIC.length ? chunks[0]! : Buffer.concat(chunks);
  return MAGIC.equals(first.subarray(0, MAGIC.length));
}

async function* continued(chunks: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
