import type { BaseTransaction, ChunkPlace, NewChunk } from "@heliosdb/store";
import { ChangedChunk } from "./changed-chunk.js";

/** A file of a base, and what of it has changed since it was stored. */
export interface ChangedFile {
  /** Its number in the store. */
  readonly id: number;
  size: number;
  /** What was written last. */
  readonly chunks: Map<number, ChangedChunk>;
  /** Numbers of the chunks of which something was set aside before. */
  readonly aside: Set<number>;
}

/** Chunks that are made, and sent, at once. */
const AT_ONCE = 16;

/**
 * Makes room in memory. A part of a chunk is set aside, and stored later with the others: so a chunk is stored once,
 * however often pages of it are written.
 */
export async function setAside(base: BaseTransaction, files: Iterable<ChangedFile>): Promise<void> {
  for (const { id, chunks, aside } of files) {
    const all = [...chunks].map(([chunk, changed]) => ({ file: id, chunk, changed }));
    const isWhole = ({ chunk, changed }: Changed) => changed.isWhole && !aside.has(chunk);
    const whole = all.filter(isWhole);
    for (let at = 0; at < whole.length; at += AT_ONCE) await storeSome(base, whole.slice(at, at + AT_ONCE));
    const parts = all.filter((each) => !isWhole(each));
    if (parts.length > 0) {
      await base.setAside(parts.map(({ file, chunk, changed }) => ({ file, chunk, body: changed.pack() })));
    }
    for (const { chunk } of parts) aside.add(chunk);
    chunks.clear();
  }
}

/** Stores the changed chunks of a file. Nothing of it has changed then. */
export async function storeChunks(base: BaseTransaction, file: ChangedFile): Promise<void> {
  const numbers = [...new Set([...file.aside, ...file.chunks.keys()])].sort((a, b) => a - b);
  for (let at = 0; at < numbers.length; at += AT_ONCE) {
    await storeSome(base, await gathered(base, file, numbers.slice(at, at + AT_ONCE)));
  }
  if (file.aside.size > 0) await base.forget(file.id, 0);
  file.aside.clear();
  file.chunks.clear();
}

interface Changed extends ChunkPlace {
  readonly changed: ChangedChunk;
}

/** All that was written to these chunks. */
async function gathered(base: BaseTransaction, file: ChangedFile, numbers: readonly number[]): Promise<Changed[]> {
  const all = new Map<number, ChangedChunk>();
  const add = (chunk: number, changed: ChangedChunk) => {
    const before = all.get(chunk);
    if (before) before.addLater(changed);
    else all.set(chunk, changed);
  };
  const places = numbers.filter((chunk) => file.aside.has(chunk)).map((chunk) => ({ file: file.id, chunk }));
  if (places.length > 0) {
    for (const { chunk, body } of await base.aside(places)) add(chunk, ChangedChunk.unpack(body));
  }
  for (const chunk of numbers) {
    const last = file.chunks.get(chunk);
    if (last) add(chunk, last);
  }
  return [...all].map(([chunk, changed]) => ({ file: file.id, chunk, changed }));
}

async function storeSome(base: BaseTransaction, some: readonly Changed[]): Promise<void> {
  const wanted = some.filter(({ changed }) => changed.isOverOther);
  const places = wanted.map(({ file, chunk, changed }) => ({ file, chunk, whole: changed.needsOther }));
  const loaded = wanted.length === 0 ? [] : await base.load(places);
  const stored = new Map(loaded.map((each) => [each.chunk, each]));
  const [chunks, replaced]: [NewChunk[], number[]] = [[], []];
  for (const { file, chunk, changed } of some) {
    const before = stored.get(chunk);
    const body = changed.over(before?.body ?? null);
    // What is sent again after a kill is mostly there.
    if (body.byteLength === 0 || before?.body?.equals(body)) continue;
    chunks.push({ file, chunk, body });
    if (before) replaced.push(before.blob);
  }
  await base.store(chunks, replaced);
}
