import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { isLogged, UNFINISHED } from "../entry/file-name.js";
import type { Operations } from "../entry/operation.js";
import { WalReader } from "../wal/wal-reader.js";

/** Bytes of a file in one entry. */
const BYTES_OF_ENTRY = 8 * 1024 * 1024;

/**
 * The entries that make a file from nothing. Nobody in this process has it open: closing it would drop its locks.
 * @param rest what the last of these entries does at its end
 */
export function* wholeFile(path: string, file: string, rest: Operations = []): Generator<Operations> {
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
  const log = new WalReader(`${path}-wal`);
  try {
    const last = [...pagesOf(log, file), ...rest];
    if (last.length > 0) yield last;
  } finally {
    log.close();
  }
}

/** All that the log of a file has, which may be in the file as well. */
export function* wholeLog(path: string, file: string): Generator<Operations> {
  const log = new WalReader(`${path}-wal`);
  try {
    const operations = pagesOf(log, file);
    if (operations.length > 0) yield operations;
  } finally {
    log.close();
  }
}

function pagesOf(log: WalReader, file: string): Operations {
  const pages = log.collect();
  return pages ? [{ do: "pages", file, pageSize: pages.pageSize, size: pages.size, pages }] : [];
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
export function rollForward(folder: string, known: ReadonlySet<string>): Generator<Operations> {
  const names = ["meta.db", ...namesIn(folder, "branches"), ...namesIn(folder, "snapshots")];
  return rollForwardFiles(
    folder,
    names.filter((file) => /\.db$/.test(file) && isLogged(file)),
    known,
  );
}

/** The same for a folder of which the log has these files. */
export function* rollForwardFiles(
  folder: string,
  names: readonly string[],
  known: ReadonlySet<string>,
): Generator<Operations> {
  const there = new Set(names.filter((file) => existsSync(join(folder, file))));
  // First, since one of them may be sent again under its unfinished name.
  const gone = [...known].filter((file) => !there.has(file) && !existsSync(join(folder, file)));
  if (gone.length > 0) yield gone.map((file) => ({ do: "removed", file }));
  for (const file of there) yield* (known.has(file) ? wholeLog : newFile)(join(folder, file), file);
}

/** A file that is not there as a whole has another name, so that it is sent again if this process ends meanwhile. */
function newFile(path: string, file: string): Generator<Operations> {
  const unfinished = file + UNFINISHED;
  return wholeFile(path, unfinished, [{ do: "renamed", from: unfinished, file }]);
}

function namesIn(folder: string, name: string): string[] {
  return existsSync(join(folder, name)) ? readdirSync(join(folder, name)).map((file) => `${name}/${file}`) : [];
}
