import type { Client } from "pg";
import { copyOut, numberIn } from "./copy-out.js";
import { isIntact } from "./intact.js";

/** Bytes of a file in one chunk. The page sizes of SQLite divide it. */
export const CHUNK_BYTES = 256 * 1024;
/** Chunks that are read at once. */
const AT_ONCE = 16;

export interface BaseFile {
  /** Relative to the database's folder. */
  readonly name: string;
  readonly size: number;
}

/** Bytes of a file. Where a file has none, it has zeroes. */
export interface BaseChunk {
  readonly name: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const PLACE = `
SELECT b.seq, b.digest, s.folder FROM stream s JOIN base b ON b.cell = s.cell AND b.stream = s.name
WHERE s.cell = $1 AND s.name = $2`;
const FILES = "SELECT id, name, size FROM base_file WHERE cell = $1 AND stream = $2 ORDER BY id";
const CHUNKS = `
DECLARE chunks NO SCROLL CURSOR FOR
SELECT c.file, c.chunk, c.blob, b.digest
FROM base_file f JOIN base_chunk c ON c.file = f.id LEFT JOIN blob b ON b.id = c.blob
WHERE f.cell = $1 AND f.stream = $2 ORDER BY c.file, c.chunk`;
const NEXT = `FETCH ${AT_ONCE} FROM chunks`;

interface StoredChunk {
  readonly file: string;
  readonly chunk: number;
  readonly blob: string;
  /** Null where the blob is not there. */
  readonly digest: Buffer | null;
  readonly body: Buffer | null;
}

/** The state after some entry of a log: what a folder made from all entries up to it would be. */
export class Base {
  constructor(
    private readonly client: Client,
    private readonly log: readonly [cell: string, stream: string],
    /** The last entry that is in it. */
    readonly seq: number,
    readonly digest: string,
    /** Id of the folder whose log it is. */
    readonly folder: string,
    private readonly numbers: ReadonlyMap<string, BaseFile>,
  ) {}

  get files(): readonly BaseFile[] {
    return [...this.numbers.values()];
  }

  /** All bytes, file by file, a few at a time. Throws where some are damaged. */
  async *chunks(): AsyncGenerator<BaseChunk> {
    await this.client.query(CHUNKS, [...this.log]);
    let next = this.read();
    try {
      for (let chunks = await next; chunks.length > 0; chunks = await next) {
        // While the caller writes these.
        next = this.read();
        // It is waited for below; the caller may take long.
        next.catch(() => {});
        for (const { file, chunk, digest, body } of chunks) {
          const { name } = this.numbers.get(file)!;
          if (digest === null || body === null || !isIntact(body, digest)) {
            throw new Error(`${name} is damaged in the base, in its 256 KiB from byte ${chunk * CHUNK_BYTES} on`);
          }
          yield { name, offset: chunk * CHUNK_BYTES, bytes: body };
        }
      }
    } finally {
      // It is two statements: the second must not follow when somebody else has the connection.
      await next.catch(() => {});
    }
  }

  private async read(): Promise<StoredChunk[]> {
    const { rows } = await this.client.query<Omit<StoredChunk, "body">>(NEXT);
    if (rows.length === 0) return [];
    const ids = rows.map(({ blob }) => blob).join();
    const found = await copyOut(this.client, `SELECT id, body FROM blob WHERE id IN (${ids})`);
    const bodies = new Map(found.map(([id, body]) => [numberIn(id!), body!]));
    return rows.map((row) => ({ ...row, file: String(row.file), body: bodies.get(Number(row.blob)) ?? null }));
  }
}

/** Calls `work` with the base of a log as it is now, however long that takes; null where there is none. */
export async function readBase<T>(
  client: Client,
  cell: string,
  stream: string,
  work: (base: Base | null) => Promise<T>,
): Promise<T> {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  const { rows } = await client.query(PLACE, [cell, stream]);
  const files = await client.query(FILES, [cell, stream]);
  const numbers = new Map(files.rows.map(({ id, name, size }) => [String(id), { name, size: Number(size) }]));
  const [row] = rows;
  const base = row && new Base(client, [cell, stream], Number(row.seq), row.digest, row.folder, numbers);
  const done = await work(base ?? null);
  await client.query("COMMIT");
  return done;
}
