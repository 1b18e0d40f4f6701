import { createHash, type Hash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import {
  BYTES_AT_ONCE,
  DIGEST,
  FORMAT,
  type Header,
  LAST,
  MORE,
  type OperationHeader,
  PART_BYTES,
  type Unsynced,
} from "./format.js";
import type { Operation, Operations } from "./operation.js";

/** Most entries are a few pages. Preparing the memory that is meant for more takes longer than deflating those. */
const SMALL = 32 * 1024;
const LITTLE_MEMORY = { windowBits: 14, memLevel: 6 };

/** An entry's place in its log. */
export interface Place {
  readonly seq: number;
  readonly previous: string;
}

/**
 * Encodes an entry part by part, however large it is; returns its digest. Pages are read when their part is made.
 */
export function* encodeEntry(
  operations: Operations,
  { seq, previous }: Place,
  unsynced: Unsynced | null,
): Generator<Buffer, string> {
  const header = { format: FORMAT, seq, previous, operations: operations.map(headerOf), ...(unsynced && { unsynced }) };
  const hash = createHash(DIGEST);
  let [blocks, length] = [[] as Uint8Array[], 0];
  for (const block of blocksOf(operations, header)) {
    const size = block.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (length > 0 && length + size > PART_BYTES) {
      yield partOf(MORE, blocks, hash);
      [blocks, length] = [[], 0];
    }
    blocks.push(...block);
    length += size;
  }
  const last = partOf(LAST, blocks, hash);
  const digest = hash.digest();
  yield Buffer.concat([last, digest]);
  return digest.toString("hex");
}

function partOf(flag: number, blocks: readonly Uint8Array[], hash: Hash): Buffer {
  const content = Buffer.concat(blocks);
  const memory = content.length <= SMALL ? LITTLE_MEMORY : {};
  const part = Buffer.concat([Uint8Array.of(flag), deflateRawSync(content, { level: 1, ...memory })]);
  hash.update(part);
  return part;
}

/** Each block is a few pieces that belong to one part. */
function* blocksOf(operations: Operations, header: Header): Generator<Uint8Array[]> {
  const text = Buffer.from(JSON.stringify(header));
  if (text.length > PART_BYTES / 2) throw new Error(`an entry has ${operations.length} operations, which is too many`);
  yield [uint32(text.length), text];
  for (const operation of operations) {
    if (operation.do === "pages") {
      for (const number of operation.pages.numbers) yield [uint32(number), operation.pages.read(number)];
    }
    if (operation.do !== "bytes") continue;
    for (let at = 0; at < operation.bytes.byteLength; at += BYTES_AT_ONCE) {
      yield [operation.bytes.subarray(at, at + BYTES_AT_ONCE)];
    }
  }
}

function headerOf(operation: Operation): OperationHeader {
  switch (operation.do) {
    case "bytes": {
      const { bytes, ...rest } = operation;
      return { ...rest, length: bytes.byteLength };
    }
    case "pages": {
      const { pages, ...rest } = operation;
      return { ...rest, count: pages.numbers.length };
    }
    default:
      return operation;
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
