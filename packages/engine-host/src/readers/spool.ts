import { closeSync, openSync, writeSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { HeliosError } from "@heliosdb/port";

/** Bytes that lie in a spool, in one piece. */
export interface SpoolPart {
  readonly at: number;
  readonly bytes: number;
}

/**
 * The file through which a stream's rows reach the host: a ring of fixed size. The host makes it, and removes its name
 * as soon as the reader has it open: after that nothing can leave it behind.
 */
export class Spool {
  private named = true;

  private constructor(
    readonly path: string,
    readonly size: number,
    private readonly file: FileHandle,
  ) {}

  static async create(path: string, size: number): Promise<Spool> {
    try {
      return new Spool(path, size, await open(path, "wx+", 0o600));
    } catch (error) {
      throw storageError(error);
    }
  }

  async read(at: number, bytes: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.file.read(Buffer.allocUnsafe(bytes), 0, bytes, at);
    if (bytesRead !== bytes) throw storageError(new Error(`${bytesRead} bytes of ${bytes}`));
    return buffer;
  }

  /** The reader has it open, or nobody will. */
  async removeName(): Promise<void> {
    if (!this.named) return;
    this.named = false;
    await rm(this.path, { force: true });
  }

  async close(): Promise<void> {
    await Promise.all([this.removeName(), this.file.close()]);
  }
}

/** The reader's side of a spool. */
export class SpoolWriter {
  private readonly file: number;
  private written = 0;
  private taken = 0;

  constructor(
    path: string,
    private readonly size: number,
  ) {
    try {
      // Without O_CREAT: a spool that is gone is one that nobody waits for.
      this.file = openSync(path, "r+");
    } catch (error) {
      throw storageError(error);
    }
  }

  /** The host has read these many more bytes. */
  take(bytes: number): void {
    this.taken += bytes;
  }

  /** Writes as much of it as there is room for, in one piece; null where there is none. */
  write(bytes: Uint8Array): SpoolPart | null {
    const at = this.written % this.size;
    const room = Math.min(bytes.length, this.size - (this.written - this.taken), this.size - at);
    if (room === 0) return null;
    try {
      for (let done = 0; done < room; ) done += writeSync(this.file, bytes, done, room - done, at + done);
    } catch (error) {
      throw storageError(error);
    }
    this.written += room;
    return { at, bytes: room };
  }

  close(): void {
    closeSync(this.file);
  }
}

function storageError(error: unknown): HeliosError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new HeliosError(
    "STORAGE_UNAVAILABLE",
    `The rows can't be buffered on the server's disk (${code ?? message}).`,
  );
}
