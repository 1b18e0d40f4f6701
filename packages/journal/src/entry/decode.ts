import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { isLogged } from "./file-name.js";
import {
  BYTES_AT_ONCE,
  DIGEST,
  DIGEST_BYTES,
  FORMAT,
  type Header,
  LAST,
  MORE,
  type OperationHeader,
  PART_BYTES,
  type Unsynced,
} from "./format.js";
import { type Operation, type Operations } from "./operation.js";
import { pagesInMemory } from "./page-source.js";

/** An entry's parts, in order, as often as they are asked for. */
export type Parts = Iterable<Uint8Array>;

export class BrokenEntry extends Error {}

/** One page or one piece of bytes, and where it belongs. */
export type Block =
  | { readonly operation: number; readonly page: number; readonly bytes: Uint8Array }
  | { readonly operation: number; readonly offset: number; readonly bytes: Uint8Array };

/** An entry whose digest is right, read part by part. */
export class EntryReader {
  readonly header: Header;
  readonly digest: string;

  constructor(private readonly parts: Parts) {
    this.digest = verify(parts);
    for (const part of parts) {
      this.header = readHeader(contentOf(part));
      return;
    }
    throw new BrokenEntry("the entry has no parts");
  }

  /** The pages and bytes of all operations, in order. */
  *blocks(): Generator<Block> {
    const source = new Content(this.parts);
    source.take(source.take(4).readUInt32BE());
    for (const [index, operation] of this.header.operations.entries()) {
      if (operation.do === "pages") {
        for (let i = 0; i < operation.count; i++) {
          const page = source.take(4).readUInt32BE();
          if (page < 1 || page > operation.size)
            throw new BrokenEntry(`page ${page} of ${operation.file} is outside it`);
          yield { operation: index, page, bytes: source.take(operation.pageSize) };
        }
      }
      if (operation.do !== "bytes") continue;
      for (let at = 0; at < operation.length; at += BYTES_AT_ONCE) {
        const bytes = source.take(Math.min(BYTES_AT_ONCE, operation.length - at));
        yield { operation: index, offset: operation.offset + at, bytes };
      }
    }
    source.end();
  }
}

/** What the disk of an entry's writer may not have had yet; null for nothing. */
export function unsyncedIn(parts: Parts): Unsynced | null {
  return new EntryReader(parts).header.unsynced ?? null;
}

/** A whole entry in memory. */
export function decodeEntry(parts: Parts): { readonly header: Header; readonly operations: Operations } {
  const reader = new EntryReader(parts);
  const blocks: Block[][] = reader.header.operations.map(() => []);
  for (const block of reader.blocks()) blocks[block.operation]!.push(block);
  return { header: reader.header, operations: reader.header.operations.map((each, i) => wholeOf(each, blocks[i]!)) };
}

function wholeOf(operation: OperationHeader, blocks: readonly Block[]): Operation {
  switch (operation.do) {
    case "pages": {
      const { count: _, ...rest } = operation;
      const pages = new Map(blocks.map((block) => ["page" in block ? block.page : 0, block.bytes]));
      return { ...rest, pages: pagesInMemory(pages) };
    }
    case "bytes": {
      const { length: _, ...rest } = operation;
      return { ...rest, bytes: Buffer.concat(blocks.map(({ bytes }) => bytes)) };
    }
    default:
      return operation;
  }
}

function verify(parts: Parts): string {
  const hash = createHash(DIGEST);
  let [isWhole, digest] = [false, ""];
  for (const part of parts) {
    const flag = part[0];
    if (isWhole || (flag !== MORE && flag !== LAST)) throw new BrokenEntry("the parts of the entry are out of order");
    isWhole = flag === LAST;
    const end = part.byteLength - (isWhole ? DIGEST_BYTES : 0);
    hash.update(part.subarray(0, Math.max(0, end)));
    if (isWhole) digest = Buffer.from(part.subarray(Math.max(0, end))).toString("hex");
  }
  if (!isWhole) throw new BrokenEntry("the last part of the entry is missing");
  if (hash.digest("hex") !== digest) throw new BrokenEntry("the digest of the entry is wrong");
  return digest;
}

function contentOf(part: Uint8Array): Buffer {
  const end = part[0] === LAST ? part.byteLength - DIGEST_BYTES : part.byteLength;
  return inflateRawSync(part.subarray(1, end), { maxOutputLength: PART_BYTES });
}

function readHeader(content: Buffer): Header {
  const header = JSON.parse(content.toString("utf8", 4, 4 + content.readUInt32BE())) as Header;
  if (header.format !== FORMAT) {
    throw new BrokenEntry(`the entry has format ${header.format}, and this release reads format ${FORMAT}`);
  }
  for (const operation of header.operations) {
    const names = "from" in operation ? [operation.from, operation.file] : [operation.file];
    const wrong = names.find((name) => !isLogged(name));
    if (wrong !== undefined) throw new BrokenEntry(`the entry names a file that no log has: ${JSON.stringify(wrong)}`);
  }
  return header;
}

/** The content of all parts; no block lies in two of them. */
class Content {
  private readonly parts: Iterator<Uint8Array>;
  private content: Buffer = Buffer.alloc(0);
  private at = 0;

  constructor(parts: Parts) {
    this.parts = parts[Symbol.iterator]();
  }

  take(length: number): Buffer {
    while (this.at === this.content.length && length > 0) {
      const { done, value } = this.parts.next();
      if (done) throw new BrokenEntry("the entry is too short");
      this.content = contentOf(value);
      this.at = 0;
    }
    if (this.at + length > this.content.length) throw new BrokenEntry("a part of the entry is too short");
    this.at += length;
    return this.content.subarray(this.at - length, this.at);
  }

  end(): void {
    if (this.at !== this.content.length || !this.parts.next().done) throw new BrokenEntry("the entry is too long");
  }
}
