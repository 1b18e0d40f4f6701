import { createReadStream, statSync } from "node:fs";
import { UsageError } from "../../errors/exit-codes.js";

/** The bytes of a file or of stdin. */
export interface Bytes {
  /** As in messages. */
  readonly name: string;
  /** Null for stdin and pipes. */
  readonly size: number | null;
  readonly parts: AsyncIterable<Buffer>;
}

/** Small, so that the rows of a part are gone soon: they take ten times as much memory as their bytes. */
const PART = 64 * 1024;

export function openBytes(file: string): Bytes {
  if (file === "-") return { name: "stdin", size: null, parts: process.stdin };
  const stats = statOf(file);
  if (stats.isDirectory()) throw new UsageError(`${file} is a folder. Expected a file.`);
  const parts = createReadStream(file, { highWaterMark: PART });
  return { name: file, size: stats.isFile() ? stats.size : null, parts: readable(file, parts) };
}

function statOf(file: string) {
  try {
    return statSync(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function* readable(file: string, parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* parts;
  } catch (error) {
    throw unreadable(file, error);
  }
}

export function unreadable(file: string, error: unknown): UsageError {
  return new UsageError(`${file} can't be read: ${(error as Error).message}`);
}

/** Says of text in another encoding what to do. */
export const NOT_UTF8 =
  "The file is not UTF-8 text from about here on. Convert it, for example with: iconv -f LATIN1 -t UTF-8 FILE";

/** The text of a file with its place in bytes; null where it stops being UTF-8. A byte order mark is left out. */
export async function* textOf({
  parts,
}: Bytes): AsyncGenerator<{ text: string | null; read: number }, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let read = 0;
  try {
    for await (const part of parts) {
      const text = decoder.decode(part, { stream: true });
      read += part.length;
      yield { text, read };
    }
    yield { text: decoder.decode(), read };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    yield { text: null, read };
  }
}
