import type { Block, EntryReader, OperationHeader } from "@heliosdb/journal";
import { type BaseTransaction, CHUNK_BYTES } from "@heliosdb/store";
import { ChangedChunk } from "./changed-chunk.js";
import { type ChangedFile, setAside, storeChunks } from "./store-chunks.js";

/** The files of a base, while entries are applied to them. What a replica does to a folder is done to their chunks. */
export class BaseFiles {
  private readonly files = new Map<string, ChangedFile>();
  private readonly sizes = new Map<number, number>();
  private held = 0;

  constructor(
    private readonly base: BaseTransaction,
    private readonly cacheBytes: number,
  ) {}

  async apply(entry: EntryReader): Promise<void> {
    const blocks = entry.blocks();
    let block = blocks.next();
    for (const [index, operation] of entry.header.operations.entries()) {
      for (; !block.done && block.value.operation === index; block = blocks.next()) {
        await this.write(operation, block.value);
      }
      await this.run(operation);
    }
  }

  /** Stores what has changed, and tells the sizes of the files that have changed, by number. */
  async store(): Promise<ReadonlyMap<number, number>> {
    for (const file of this.files.values()) await this.storeFile(file);
    return this.sizes;
  }

  private async write(operation: OperationHeader, block: Block): Promise<void> {
    const file = this.files.get(operation.file) ?? (await this.file(operation.file));
    const isPage = "page" in block && operation.do === "pages";
    const start = isPage ? (block.page - 1) * operation.pageSize : "offset" in block ? block.offset : 0;
    for (let at = 0; at < block.bytes.byteLength; ) {
      const within = (start + at) % CHUNK_BYTES;
      const bytes = block.bytes.subarray(at, at + CHUNK_BYTES - within);
      this.change(file, Math.floor((start + at) / CHUNK_BYTES), (chunk) => chunk.write(within, bytes));
      at += bytes.byteLength;
      this.resize(file, Math.max(file.size, start + at));
    }
    if (this.held <= this.cacheBytes) return;
    await setAside(this.base, this.files.values());
    this.held = 0;
  }

  private async run(operation: OperationHeader): Promise<void> {
    switch (operation.do) {
      case "made":
        await this.remove(operation.file);
        this.files.set(operation.file, newFile(await this.base.make(operation.file), 0));
        break;
      case "copied": {
        if (operation.from === operation.file) break;
        const from = await this.file(operation.from);
        await this.storeFile(from);
        await this.remove(operation.file);
        const copy = await this.base.copy(from.id, operation.file, from.size);
        this.files.set(operation.file, newFile(copy, from.size));
        break;
      }
      case "renamed": {
        if (operation.from === operation.file) break;
        const file = await this.file(operation.from);
        await this.remove(operation.file);
        await this.base.rename(file.id, operation.file);
        this.files.delete(operation.from);
        this.files.set(operation.file, file);
        break;
      }
      case "removed":
        await this.file(operation.file);
        await this.remove(operation.file);
        break;
      case "pages":
        await this.truncate(await this.file(operation.file), operation.size * operation.pageSize);
        break;
      case "bytes":
        break;
    }
  }

  private async file(name: string): Promise<ChangedFile> {
    const file = await this.find(name);
    if (file === null) throw new Error(`an entry changes ${name}, which is not there`);
    return file;
  }

  private async find(name: string): Promise<ChangedFile | null> {
    const known = this.files.get(name);
    if (known) return known;
    const found = await this.base.file(name);
    if (found === null) return null;
    const file = newFile(found.id, found.size);
    this.files.set(name, file);
    return file;
  }

  /** Does nothing where there is no such file. */
  private async remove(name: string): Promise<void> {
    const file = await this.find(name);
    if (file === null) return;
    await this.forget(file, 0);
    this.files.delete(name);
    this.sizes.delete(file.id);
    await this.base.remove(file.id);
  }

  private async truncate(file: ChangedFile, size: number): Promise<void> {
    if (size < file.size) {
      const count = Math.ceil(size / CHUNK_BYTES);
      if (count < Math.ceil(file.size / CHUNK_BYTES)) {
        await this.forget(file, count);
        await this.base.cut(file.id, count);
      }
      const end = size % CHUNK_BYTES;
      if (end > 0) this.change(file, count - 1, (chunk) => chunk.cut(end));
    }
    this.resize(file, size);
  }

  /** What was written to a file, from this chunk on, counts no more. */
  private async forget(file: ChangedFile, first: number): Promise<void> {
    for (const [number, chunk] of [...file.chunks]) {
      if (number < first) continue;
      this.held -= chunk.bytes;
      file.chunks.delete(number);
    }
    const aside = [...file.aside].filter((number) => number >= first);
    if (aside.length > 0) await this.base.forget(file.id, first);
    for (const number of aside) file.aside.delete(number);
  }

  private async storeFile(file: ChangedFile): Promise<void> {
    for (const chunk of file.chunks.values()) this.held -= chunk.bytes;
    await storeChunks(this.base, file);
  }

  private change(file: ChangedFile, number: number, work: (chunk: ChangedChunk) => void): void {
    let chunk = file.chunks.get(number);
    if (!chunk) {
      // Behind its end a file has no chunks.
      chunk = new ChangedChunk(number * CHUNK_BYTES < file.size ? CHUNK_BYTES : 0);
      file.chunks.set(number, chunk);
    }
    this.held -= chunk.bytes;
    work(chunk);
    this.held += chunk.bytes;
  }

  private resize(file: ChangedFile, size: number): void {
    if (file.size === size) return;
    file.size = size;
    this.sizes.set(file.id, size);
  }
}

function newFile(id: number, size: number): ChangedFile {
  return { id, size, chunks: new Map(), aside: new Set() };
}
