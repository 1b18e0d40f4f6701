import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isLogged } from "../entry/file-name.js";
import { sync, writePosition } from "./position.js";

/** The state after some entry of a log: what a folder made from all entries up to it would be. */
export interface BaseOfLog {
  readonly seq: number;
  readonly digest: string;
  readonly files: readonly { readonly name: string; readonly size: number }[];
  /** The bytes of the files, file by file. Where a file has none, it has zeroes. */
  chunks(): AsyncIterable<{ readonly name: string; readonly offset: number; readonly bytes: Uint8Array }>;
}

type FileHandle = Awaited<ReturnType<typeof open>>;

/**
 * Makes an empty folder the state of a base, so that a replica goes on after it. All of it is durable before the position
 * is: a folder without one was made by half.
 * @param isOver asked now and then; ends it if true
 * @returns whether it was made
 */
export async function makeFromBase(
  base: BaseOfLog,
  folder: string,
  positionFile: string,
  isOver: () => boolean,
): Promise<boolean> {
  const folders = new Set([folder, dirname(folder)]);
  for (const { name, size } of base.files) {
    if (!isLogged(name)) throw new Error(`the base has a file that no log has: ${JSON.stringify(name)}`);
    if (isOver()) return false;
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    folders.add(dirname(path));
    await write(path, "w", (file) => file.truncate(size));
  }
  const chunks = base.chunks()[Symbol.asyncIterator]();
  for (let next = await chunks.next(); !next.done; ) {
    const { name } = next.value;
    await write(join(folder, name), "r+", async (file) => {
      for (; !next.done && next.value.name === name && !isOver(); next = await chunks.next()) {
        const { bytes, offset } = next.value;
        await file.write(bytes, 0, bytes.byteLength, offset);
      }
    });
    if (isOver()) {
      await chunks.return?.();
      return false;
    }
  }
  for (const each of folders) sync(each);
  writePosition(positionFile, { seq: base.seq, digest: base.digest, partly: null });
  return true;
}

/** Durable when it is over. */
async function write(path: string, flags: "w" | "r+", work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
