import { randomUUID } from "node:crypto";
import { KnownFiles, LogEnd, type Operations, rollForward } from "@heliosdb/journal";
import { Bases, type Connections, Stream, type StreamKey } from "@heliosdb/store";
import { compactLog } from "../compact/compact-log.js";
import { COMPACTION } from "../compact/limits.js";

/**
 * Makes the log of a database from its folder, which nobody has open: what was committed and is only in a write-ahead log
 * is in it too. The log is new; its base has nearly all of it in the end. Whoever follows it makes a folder of its own, so
 * this folder is no log's. What it has made is to be dropped if it rejects.
 * @param signal ends it
 */
export function makeLogOf(
  connections: Connections,
  key: StreamKey,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  return makeLog(connections, key, rollForward(folder, new Set()), signal);
}

/** The same for any files. */
export async function makeLog(
  connections: Connections,
  key: StreamKey,
  files: Iterable<Operations>,
  signal: AbortSignal,
): Promise<void> {
  const stream = await Stream.take(connections, key, randomUUID(), signal);
  try {
    if (stream.seq > 0) throw new Error(`there is a log of ${key.name} already`);
    const [end, known] = [new LogEnd(), new KnownFiles([])];
    const bases = new Bases(connections, key.cell, signal);
    // It saves room. Where it fails, the active node does it later.
    const compact = () =>
      compactLog(bases, key.name, end.seq, { ...COMPACTION, keepBytes: 0 }).catch(() => signal.throwIfAborted());
    let bytes = 0;
    for (const operations of files) {
      const parts = [...end.next(operations)];
      await stream.append({ parts, digest: end.digest, ...known.apply(operations) });
      bytes += parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
      if (bytes < COMPACTION.batchBytes) continue;
      await compact();
      bytes = 0;
    }
    await compact();
  } finally {
    stream.close();
  }
}
