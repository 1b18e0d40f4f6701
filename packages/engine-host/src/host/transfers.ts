import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { BranchInfo, ExportedFile, ExportRequest, ImportRequest } from "@heliosdb/port";
import { fileUnwritable, tooManyTransfers } from "../errors/errors.js";
import type { DatabaseWrites } from "../writers/database-writes.js";

/** Names of temporary files: rows of a stream, imports, downloads. */
const TRANSFER = /^(rows|import|export-\d+)-[0-9a-f-]{36}(\.db(\.unfinished)?(-wal|-shm|-journal)?)?$/;

/** Files that are imported or exported at a time. */
export const MOST_TRANSFERS = 8;

/** Long work without a deadline; a server has only a few of these at a time. */
export class Transfers {
  private running = 0;

  constructor(private readonly databasesDir: string) {}

  /** The file is open and no longer has a name, so nothing can leave it behind. */
  async export(writes: DatabaseWrites, request: ExportRequest): Promise<ExportedFile> {
    const { path, scn } = await this.run(() => writes.exportFile(request));
    const handle = await open(path, "r").finally(() => rm(path, { force: true }));
    try {
      return { sizeBytes: (await handle.stat()).size, scn, bytes: bytesOf(handle), close: () => handle.close() };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** A slow sender occupies a file, but no slot for work. */
  async import(
    writes: DatabaseWrites,
    directory: string,
    request: ImportRequest,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<BranchInfo> {
    const path = join(await this.folder(writes, directory), `import-${randomUUID()}.db`);
    try {
      await pipeline(bytes, createWriteStream(path, { flags: "wx", mode: 0o600 })).catch((error) => {
        throw storageFailure(error);
      });
      return await this.run(() => writes.importFile(request, path));
    } finally {
      // An imported file has been moved away.
      await rm(path, { force: true });
    }
  }

  /** Where a stream's rows are stored until they are read. */
  async spoolPath(writes: DatabaseWrites, directory: string): Promise<string> {
    return join(await this.folder(writes, directory), `rows-${randomUUID()}`);
  }

  /** Opening a database creates its folders. */
  private async folder(writes: DatabaseWrites, directory: string): Promise<string> {
    await writes.open();
    const folder = join(this.databasesDir, directory, "transfers");
    await mkdir(folder, { recursive: true });
    return folder;
  }

  private async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= MOST_TRANSFERS) throw tooManyTransfers();
    this.running++;
    try {
      return await work();
    } finally {
      this.running--;
    }
  }
}

const STORAGE_CODES = ["ENOSPC", "EDQUOT", "EROFS", "EIO", "EACCES", "EMFILE", "ENFILE"];

function storageFailure(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return STORAGE_CODES.includes(code) ? fileUnwritable(code) : error;
}

/** A caller that stops reading early closes the file, too. */
async function* bytesOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  try {
    yield* handle.createReadStream({ autoClose: false });
  } finally {
    await handle.close();
  }
}

/**
 * Nobody waits any more for files that were being imported or exported. Anything else in the folder is not the host's
 * to delete.
 */
export async function clearTransfers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const ours = names.filter((name) => TRANSFER.test(name));
  await Promise.all(ours.map((name) => rm(join(folder, name), { force: true })));
}
