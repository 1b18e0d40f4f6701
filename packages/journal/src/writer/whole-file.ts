import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { isLogged } from "../entry/file-name.js";
import type { Operations } from "../entry/operation.js";
import { WalReader } from "../wal/wal-reader.js";

/** Bytes of a file in one entry. */
const BYTES_OF_ENTRY = 8 * 1024 * 1024;

/** The entries that make a file from nothing. Nobody in this process has it open: closing it would drop its locks. */
export function* wholeFile(path: string, file: string): Generator<Operations> {
  yield [{ do: "made", file }];
  const descriptor = openSync(path, "r");
  try {
    for (let offset = 0; ; ) {
      const bytes = new Uint8Array(BYTES_OF_ENTRY);
      const length = readSync(descriptor, bytes, 0, BYTES_OF_ENTRY, offset);
      if (length === 0) break;
      yield [{ do: "bytes", file, offset, bytes: bytes.subarray(0, length) }];
      offset += length;
    }
  } finally {
    closeSync(descriptor);
  }
  yield* wholeLog(path, file);
}

/** All that the log of a file has, which may be in the file as well. */
export function* wholeLog(path: string, file: string): Generator<Operations> {
  const log = new WalReader(`${path}-wal`);
  try {
    const pages = log.collect();
    if (pages) yield [{ do: "pages", file, pageSize: pages.pageSize, size: pages.size, pages }];
  } finally {
    log.close();
  }
}

/**
 * The entries that bring a log up to a folder which a process left when it ended, whatever it was doing. `known`: the
 * files that the log has. Nobody has the folder open. Afterwards it must not be opened before these entries are
 * confirmed, since opening a file can move its log.
 *
 * All of each write-ahead log is sent once more. It has what was committed since the file was last checkpointed, so
 * nothing that the log lacks can be in the file alone. A file that the log doesn't know is sent whole: it was renamed,
 * or made, in a call that has left no entry.
 */
export function* rollForward(folder: string, known: ReadonlySet<string>): Generator<Operations> {
  const there = new Set(
    ["meta.db", ...namesIn(folder, "branches"), ...namesIn(folder, "snapshots")].filter(
      (file) => /\.db$/.test(file) && isLogged(file) && existsSync(join(folder, file)),
    ),
  );
  for (const file of there) yield* (known.has(file) ? wholeLog : wholeFile)(join(folder, file), file);
  const gone = [...known].filter((file) => !there.has(file) && !existsSync(join(folder, file)));
  if (gone.length > 0) yield gone.map((file) => ({ do: "removed", file }));
}

function namesIn(folder: string, name: string): string[] {
  return existsSync(join(folder, name)) ? readdirSync(join(folder, name)).map((file) => `${name}/${file}`) : [];
}
