import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { KnownFiles, LogEnd, type Operations, Replica } from "@heliosdb/journal";
import { Bases, Cell, Connections, Stream } from "@heliosdb/store";
import { onTestFinished } from "vitest";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import { filesOf } from "../../../journal/test/support/copy.js";
import type { TestStore } from "../../../store/test/support/test-store.js";
import { compactSome } from "../../src/compact/compact-some.js";
import { COMPACTION, type CompactionLimits } from "../../src/compact/limits.js";
import { FollowedFolder, type LogSource } from "../../src/follow/followed-folder.js";

/** Everything at once, and no entry stays out of the base. */
export const AT_ONCE: CompactionLimits = { ...COMPACTION, keepBytes: 0 };

export function emptyFolder(): string {
  const folder = memoryFolder("helios-logged-");
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The log of one database in a store, and a folder to which all its entries were applied. */
export class Logged {
  private readonly end = new LogEnd();
  private readonly known = new KnownFiles([]);
  private readonly replica: Replica;

  private constructor(
    readonly cellName: string,
    readonly name: string,
    readonly connections: Connections,
    public stream: Stream,
    /** What the folder must be. */
    readonly original: string,
  ) {
    this.replica = new Replica(join(original, "data"), join(original, "position.json"));
  }

  static async begin(store: TestStore, cellName?: string): Promise<Logged> {
    const { cell, urls } = await store.cell(cellName);
    const connections = new Connections(urls);
    onTestFinished(() => connections.close());
    const name = `db-${randomUUID()}`;
    const key = { cell, name, epoch: 1, writer: randomUUID() };
    return new Logged(cell, name, connections, await Stream.take(connections, key, randomUUID()), emptyFolder());
  }

  get seq(): number {
    return this.end.seq;
  }

  get cell(): Cell {
    return new Cell(this.connections, this.cellName);
  }

  get bases(): Bases {
    return new Bases(this.connections, this.cellName);
  }

  async append(...operations: Operations): Promise<void> {
    const parts = [...this.end.next(operations)];
    const entry = { parts, digest: this.end.digest, ...this.known.apply(operations) };
    this.replica.apply(parts);
    await this.stream.append(entry);
  }

  /** Moves the base on, up to this entry at most; returns the last one that it has then. */
  async compact(last = this.seq, limits: Partial<CompactionLimits> = AT_ONCE, bases = this.bases): Promise<number> {
    for (let [before, at] = [-1, 0]; ; before = at) {
      const seq = await bases.move(this.name, (base) => compactSome(base, last, { ...AT_ONCE, ...limits }));
      if (seq === null) throw new Error("somebody else compacts it");
      at = seq;
      if (at >= last || at === before) return at;
    }
  }

  /** A folder that follows the log. */
  follower(folder = emptyFolder()): { readonly folder: string; follow(source?: LogSource): Promise<boolean> } {
    const followed = new FollowedFolder(join(folder, "data"), join(folder, "position.json"));
    return {
      folder,
      follow: async (source = this.cell) => {
        const { heads } = await this.cell.look();
        const head = heads.find(({ name }) => name === this.name)!;
        await followed.follow(head, source, () => false);
        return followed.isAt(head);
      },
    };
  }

  /** What a new folder lacks, or has otherwise, once it has followed the log. */
  async wrongInNew(): Promise<string[]> {
    const { folder, follow } = this.follower();
    const isAt = await follow();
    const wrong = isAt ? this.wrongIn(folder) : ["it is not at the end of the log"];
    rmSync(folder, { recursive: true });
    return wrong;
  }

  /** In what a folder differs from the one to which all entries were applied. */
  wrongIn(folder: string, below = "data"): string[] {
    const [mine, other] = [contentsOf(join(this.original, "data")), contentsOf(join(folder, below))];
    return [...new Set([...mine.keys(), ...other.keys()])].sort().flatMap((name) => {
      const [a, b] = [mine.get(name), other.get(name)];
      if (a && b) return a.equals(b) ? [] : [`${name} has ${b.length} bytes, ${firstDifference(a, b)}`];
      return [a ? `${name} is missing` : `${name} is too much`];
    });
  }
}

function contentsOf(folder: string): Map<string, Buffer> {
  return new Map(filesOf(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

function firstDifference(a: Buffer, b: Buffer): string {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return `not ${a.length}, or another one from ${at} on`;
}

/** What is wrong in the tables, whatever the logs are. */
export async function wrongInTables(store: TestStore): Promise<Record<string, unknown>> {
  const [row] = await store.primary.run(`
    SELECT
      (SELECT count(*)::int FROM helios.blob b WHERE NOT EXISTS (SELECT FROM helios.base_chunk WHERE blob = b.id)) AS unnamed,
      (SELECT count(*)::int FROM helios.base_chunk c WHERE NOT EXISTS (SELECT FROM helios.blob WHERE id = c.blob)) AS missing,
      (SELECT count(*)::int FROM helios.base_chunk c WHERE NOT EXISTS (SELECT FROM helios.base_file WHERE id = c.file)) AS "ofNoFile",
      (SELECT count(*)::int FROM helios.base_file f WHERE NOT EXISTS
        (SELECT FROM helios.base WHERE cell = f.cell AND stream = f.stream)) AS "ofNoBase",
      (SELECT count(*)::int FROM helios.base_chunk c JOIN helios.base_file f ON f.id = c.file JOIN helios.blob b ON b.id = c.blob
        WHERE c.chunk::bigint * 262144 + octet_length(b.body) > f.size) AS "behindTheEnd",
      (SELECT count(*)::int FROM helios.base b WHERE bytes <> (
        SELECT coalesce(sum(octet_length(body)), 0) FROM helios.blob WHERE id IN (
          SELECT blob FROM helios.base_chunk c JOIN helios.base_file f ON f.id = c.file
          WHERE f.cell = b.cell AND f.stream = b.stream))) AS "wrongBytes",
      (SELECT count(*)::int FROM helios.stream s LEFT JOIN helios.base b ON b.cell = s.cell AND b.stream = s.name
        WHERE s.bytes - coalesce(b.folded, 0) <> (
          SELECT coalesce(sum(octet_length(body)), 0) FROM helios.entry
          WHERE cell = s.cell AND stream = s.name AND seq > coalesce(b.seq, 0))) AS "wrongLength"`);
  return Object.fromEntries(Object.entries(row!).filter(([, count]) => count !== 0));
}
