import type { Client } from "pg";
import { lockForCompaction } from "./compaction-lock.js";
import { entriesAfter, type LogEntry } from "./entries-after.js";
import { isIntact } from "./intact.js";

export interface ChunkPlace {
  readonly file: number;
  readonly chunk: number;
}

export interface StoredChunk extends ChunkPlace {
  readonly blob: number;
  /** Null where only the blob was asked for. */
  readonly body: Buffer | null;
}

export interface NewChunk extends ChunkPlace {
  readonly body: Uint8Array;
}

/** Chunks that are set aside at once. */
const AT_ONCE = 16;

/** Places for so many chunks. */
function rows(count: number): string {
  const numbers = Array.from({ length: count }, (_, i) => 3 * i);
  return numbers.map((n) => `($${n + 1}::bigint, $${n + 2}::integer, $${n + 3}::bytea)`).join(", ");
}

function valuesOf(chunks: readonly NewChunk[]): unknown[] {
  return chunks.flatMap(({ file, chunk, body }) => [file, chunk, body]);
}

const PLACE = `
SELECT coalesce(b.seq, 0) AS seq, coalesce(b.digest, '') AS digest, s.bytes - coalesce(b.folded, 0) AS length
FROM stream s LEFT JOIN base b ON b.cell = s.cell AND b.stream = s.name WHERE s.cell = $1 AND s.name = $2`;

const FILE = "SELECT id, size FROM base_file WHERE cell = $1 AND stream = $2 AND name = $3";
const MAKE = "INSERT INTO base_file (cell, stream, name, size) VALUES ($1, $2, $3, 0) RETURNING id";
const RENAME = "UPDATE base_file SET name = $2 WHERE id = $1";
const REMOVE = "DELETE FROM base_file WHERE id = $1";
/** Rows of chunks only: both files have the same blobs. */
const COPY = `
WITH made AS (INSERT INTO base_file (cell, stream, name, size) VALUES ($1, $2, $3, $5) RETURNING id),
chunks AS (INSERT INTO base_chunk SELECT made.id, chunk, blob FROM made, base_chunk WHERE file = $4)
SELECT id FROM made`;
const CUT = `
WITH chunks AS (DELETE FROM base_chunk WHERE file = $1 AND chunk >= $2 RETURNING blob),
gone AS (
  DELETE FROM blob WHERE id IN (SELECT blob FROM chunks)
  AND NOT EXISTS (SELECT FROM base_chunk c WHERE c.blob = blob.id AND NOT (c.file = $1 AND c.chunk >= $2))
  RETURNING octet_length(body) AS bytes
)
SELECT coalesce(sum(bytes), 0) AS bytes FROM gone`;

const LOAD = `
SELECT c.file, c.chunk, c.blob, CASE WHEN k.whole THEN b.body END AS body, b.digest
FROM unnest($1::bigint[], $2::integer[], $3::boolean[]) AS k(file, chunk, whole)
JOIN base_chunk c ON c.file = k.file AND c.chunk = k.chunk JOIN blob b ON b.id = c.blob`;
const store = (count: number) => `
WITH new AS MATERIALIZED (
  SELECT nextval('blob_id_seq') AS id, file, chunk, body FROM (VALUES ${rows(count)}) AS given (file, chunk, body)
),
blobs AS (INSERT INTO blob SELECT id, body, sha256(body) FROM new)
INSERT INTO base_chunk SELECT file, chunk, id FROM new ON CONFLICT (file, chunk) DO UPDATE SET blob = excluded.blob`;
const REMOVE_UNUSED = `
WITH gone AS (
  DELETE FROM blob WHERE id = ANY ($1::bigint[]) AND NOT EXISTS (SELECT FROM base_chunk c WHERE c.blob = blob.id)
  RETURNING octet_length(body) AS bytes
)
SELECT coalesce(sum(bytes), 0) AS bytes FROM gone`;

/** Of this transaction, on the primary alone, and not in its log. */
const MAKE_WRITTEN = `
CREATE TEMPORARY TABLE written (file bigint, chunk integer, seq integer, body bytea) ON COMMIT DROP;
ALTER TABLE written ALTER body SET STORAGE EXTERNAL;
CREATE INDEX ON written (file, chunk);`;
const setAside = (count: number, seq: number) => `
INSERT INTO written SELECT file, chunk, ${seq}, body FROM (VALUES ${rows(count)}) AS given (file, chunk, body)`;
const ASIDE = `
SELECT w.file, w.chunk, w.body FROM unnest($1::bigint[], $2::integer[]) AS k(file, chunk)
JOIN written w ON w.file = k.file AND w.chunk = k.chunk ORDER BY w.seq`;
const FORGET = "DELETE FROM written WHERE file = $1 AND chunk >= $2";

const SIZES = `
UPDATE base_file SET size = n.size FROM unnest($1::bigint[], $2::bigint[]) AS n(id, size) WHERE base_file.id = n.id`;
const MOVE = `
INSERT INTO base AS b (cell, stream, seq, digest, folded, bytes, at)
SELECT $1, $2, $3, $4, $5, $6, max(at) FROM entry WHERE cell = $1 AND stream = $2 AND seq <= $3
ON CONFLICT (cell, stream) DO UPDATE
SET seq = excluded.seq, digest = excluded.digest, folded = b.folded + excluded.folded, bytes = b.bytes + excluded.bytes,
  at = greatest(b.at, excluded.at)`;
const REMOVE_ENTRIES = "DELETE FROM entry WHERE cell = $1 AND stream = $2 AND seq <= $3";

/**
 * A transaction that moves the base of a log. Blobs of one log are named by files of that log only, and nobody else
 * changes these meanwhile: so a blob that no row names can be removed at once.
 */
export class BaseTransaction {
  /** By how much the blobs have grown. */
  private bytes = 0;
  private timesSetAside = 0;

  private constructor(
    private readonly client: Client,
    private readonly log: readonly [cell: string, stream: string],
    /** The last entry that is in the base; 0 and empty where there is none. */
    readonly seq: number,
    readonly digest: string,
    /** Bytes of the entries after it. */
    readonly length: number,
  ) {}

  /** Null where another one moves this base just now, or the log is not there. */
  static async begin(client: Client, cell: string, stream: string): Promise<BaseTransaction | null> {
    await client.query("BEGIN");
    if (!(await lockForCompaction(client, cell, stream))) return null;
    const { rows } = await client.query(PLACE, [cell, stream]);
    if (rows.length === 0) return null;
    const { seq, digest, length } = rows[0];
    return new BaseTransaction(client, [cell, stream], Number(seq), digest, Number(length));
  }

  /** The entries after this one, of a few bytes together if they are not larger; none where there is none. */
  entries(after: number, bytes: number): Promise<readonly LogEntry[]> {
    const [cell, stream] = this.log;
    return entriesAfter(this.client, cell, stream, after, bytes);
  }

  async file(name: string): Promise<{ readonly id: number; readonly size: number } | null> {
    const { rows } = await this.client.query(FILE, [...this.log, name]);
    return rows.length === 0 ? null : { id: Number(rows[0].id), size: Number(rows[0].size) };
  }

  /** Makes an empty file, and returns its number. There is none of this name. */
  async make(name: string): Promise<number> {
    const { rows } = await this.client.query(MAKE, [...this.log, name]);
    return Number(rows[0].id);
  }

  /** Makes a file of the same chunks. There is none of this name. */
  async copy(from: number, name: string, size: number): Promise<number> {
    const { rows } = await this.client.query(COPY, [...this.log, name, from, size]);
    return Number(rows[0].id);
  }

  async rename(file: number, name: string): Promise<void> {
    await this.client.query(RENAME, [file, name]);
  }

  async remove(file: number): Promise<void> {
    await this.cut(file, 0);
    await this.client.query(REMOVE, [file]);
  }

  /** Removes the chunks of a file from this one on. */
  async cut(file: number, chunk: number): Promise<void> {
    await this.lose(CUT, [file, chunk]);
  }

  /** Those that are there. `whole`: their bytes are wanted as well. Throws where these are damaged. */
  async load(places: readonly (ChunkPlace & { readonly whole: boolean })[]): Promise<readonly StoredChunk[]> {
    const values = [places.map(({ file }) => file), places.map(({ chunk }) => chunk), places.map(({ whole }) => whole)];
    const { rows } = await this.client.query(LOAD, values);
    return rows.map(({ file, chunk, blob, body, digest }) => {
      if (body !== null && !isIntact(body, digest)) throw new Error(`chunk ${chunk} of a file in the base is damaged`);
      return { file: Number(file), chunk, blob: Number(blob), body };
    });
  }

  /** Gives files these chunks in place of others, which had the blobs `replaced`. */
  async store(chunks: readonly NewChunk[], replaced: readonly number[]): Promise<void> {
    if (chunks.length === 0) return;
    await this.client.query(store(chunks.length), valuesOf(chunks));
    this.bytes += chunks.reduce((sum, { body }) => sum + body.byteLength, 0);
    if (replaced.length > 0) await this.lose(REMOVE_UNUSED, [replaced]);
  }

  /** Keeps what was written to chunks, in whatever form, until the transaction ends. */
  async setAside(chunks: readonly NewChunk[]): Promise<void> {
    if (this.timesSetAside === 0) await this.client.query(MAKE_WRITTEN);
    this.timesSetAside++;
    for (let at = 0; at < chunks.length; at += AT_ONCE) {
      const some = chunks.slice(at, at + AT_ONCE);
      await this.client.query(setAside(some.length, this.timesSetAside), valuesOf(some));
    }
  }

  /** What was set aside of chunks, in that order. */
  async aside(places: readonly ChunkPlace[]): Promise<readonly (ChunkPlace & { readonly body: Buffer })[]> {
    const { rows } = await this.client.query(ASIDE, [places.map(({ file }) => file), places.map(({ chunk }) => chunk)]);
    return rows.map(({ file, chunk, body }) => ({ file: Number(file), chunk, body }));
  }

  /** What was set aside of a file, from this chunk on, counts no more. */
  async forget(file: number, chunk: number): Promise<void> {
    await this.client.query(FORGET, [file, chunk]);
  }

  /**
   * The base has everything up to this entry from now on, and nobody else has.
   * @param sizes of the files whose size has changed, by number
   * @param folded bytes of the entries since the base before
   */
  async move(
    { seq, digest }: { readonly seq: number; readonly digest: string },
    sizes: ReadonlyMap<number, number>,
    folded: number,
  ): Promise<void> {
    await this.client.query(SIZES, [[...sizes.keys()], [...sizes.values()]]);
    await this.client.query(MOVE, [...this.log, seq, digest, folded, this.bytes]);
    await this.client.query(REMOVE_ENTRIES, [...this.log, seq]);
  }

  private async lose(sql: string, values: readonly unknown[]): Promise<void> {
    const { rows } = await this.client.query(sql, [...values]);
    this.bytes -= Number(rows[0].bytes);
  }
}
