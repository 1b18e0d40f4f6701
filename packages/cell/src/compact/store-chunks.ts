import type { BaseTransaction, NewChunk } from "@heliosdb/store";
import type { ChangedChunk } from "./changed-chunk.js";

/** A file of a base, and what of it has changed since it was stored. */
export interface ChangedFile {
  /** Its number in the store. */
  readonly id: number;
  size: number;
  readonly chunks: Map<number, ChangedChunk>;
}

/** Chunks that are made, and sent, at once. */
const AT_ONCE = 16;

interface Changed {
  readonly file: number;
  readonly chunk: number;
  readonly changed: ChangedChunk;
}

/** Stores the changed chunks of files. Nothing of them has changed then. */
export async function storeChunks(base: BaseTransaction, files: Iterable<ChangedFile>): Promise<void> {
  const all: Changed[] = [];
  for (const { id, chunks } of files) {
    for (const [chunk, changed] of chunks) all.push({ file: id, chunk, changed });
    chunks.clear();
  }
  all.sort((a, b) => a.file - b.file || a.chunk - b.chunk);
  for (let at = 0; at < all.length; at += AT_ONCE) await storeSome(base, all.slice(at, at + AT_ONCE));
}

async function storeSome(base: BaseTransaction, some: readonly Changed[]): Promise<void> {
  const wanted = some.filter(({ changed }) => changed.isStored);
  const places = wanted.map(({ file, chunk, changed }) => ({ file, chunk, whole: changed.needsStored }));
  const loaded = wanted.length === 0 ? [] : await base.load(places);
  const stored = new Map(loaded.map((each) => [`${each.file} ${each.chunk}`, each]));
  const [chunks, replaced]: [NewChunk[], number[]] = [[], []];
  for (const { file, chunk, changed } of some) {
    const before = stored.get(`${file} ${chunk}`);
    const body = changed.over(before?.body ?? null);
    // What is sent again after a kill is mostly there.
    if (body.byteLength === 0 || before?.body?.equals(body)) continue;
    chunks.push({ file, chunk, body });
    if (before) replaced.push(before.blob);
  }
  await base.store(chunks, replaced);
}
