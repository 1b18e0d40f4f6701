import { hash } from "node:crypto";
import type { Logger } from "pino";
import type { Catalog } from "../catalog/catalog.js";
import { ApiError } from "../errors/api-error.js";
import { Batcher } from "../util/batcher.js";
import { nowSeconds } from "../util/time.js";
import type { SignatureClaim } from "./signature-claim.js";

/** A timestamp may lie a window ahead, and is then acceptable for two. */
export const KEPT_SECONDS = 600;
/** The farthest that a timestamp lay ahead of the second in which its nonce was used. */
const AHEAD_SECONDS = 300;
const CLEAR_MS = 30_000;
/** Rows removed at once, so that no request waits long. */
const CLEAR_AT_ONCE = 10_000;
/** Two rows a request: a million requests in ten minutes. Beyond that signed requests are refused. */
export const MOST_ROWS = 2_000_000;
/** Characters of a digest: 132 bits. */
const DIGEST = 22;

const FIND = "SELECT digest FROM used_nonces WHERE digest IN (SELECT value FROM json_each(?))";
const ADD =
  "INSERT OR IGNORE INTO used_nonces SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true RETURNING digest";
const CLEAR =
  `DELETE FROM used_nonces WHERE digest IN ` +
  `(SELECT digest FROM used_nonces WHERE used_at <= ? ORDER BY used_at LIMIT ${CLEAR_AT_ONCE}) RETURNING 1`;

interface DigestRow {
  readonly digest: string;
}

/** A nonce that is about to be used: nobody else can use it until one of these is called. */
export interface Reservation {
  /** Resolves when it is on the disk; to false where it was used after all. */
  use(): Promise<boolean>;
  /** Leaves it unused. */
  release(): void;
}

/**
 * The nonces and signatures of the last ten minutes, in the catalog. In memory are only those of requests under way, so
 * what it takes there doesn't grow with what was used.
 */
export class UsedNonces {
  private readonly underWay = new Set<string>();
  private readonly finder = new Batcher((pairs: readonly (readonly string[])[]) => this.areUsed(pairs));
  private readonly adder = new Batcher((pairs: readonly (readonly string[])[]) => this.add(pairs));
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly catalog: Catalog,
    private readonly log: Logger,
    private rows: number,
    private clearedUntil: number,
  ) {
    this.timer = setInterval(() => void this.clear(), CLEAR_MS);
    this.timer.unref();
  }

  static async open(catalog: Catalog, log: Logger): Promise<UsedNonces> {
    const sql = "SELECT (SELECT count(*) FROM used_nonces) AS count, until FROM nonces_cleared";
    const [found] = await catalog.query<{ count: number; until: number }[]>(sql);
    return new UsedNonces(catalog, log, found!.count, found!.until);
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** Null where the nonce or the signature was used, or where that can't be known any more. Throws ApiError. */
  async reserve(claim: SignatureClaim): Promise<Reservation | null> {
    // Normally such a timestamp is long past; after the clock was set back it is not, and its nonce may be forgotten.
    if (claim.timestamp <= this.clearedUntil + AHEAD_SECONDS) return null;
    const pair = digestsOf(claim);
    if (pair.some((digest) => this.underWay.has(digest))) return null;
    for (const digest of pair) this.underWay.add(digest);
    const release = () => {
      for (const digest of pair) this.underWay.delete(digest);
    };
    try {
      if (!(await this.finder.add(pair))) return { use: () => this.adder.add(pair).finally(release), release };
    } catch (error) {
      release();
      throw error;
    }
    release();
    return null;
  }

  /** Removes what is too old to be sent again. */
  async clear(now = nowSeconds()): Promise<void> {
    const until = now - KEPT_SECONDS;
    try {
      const old = "SELECT 1 FROM used_nonces WHERE used_at <= ? LIMIT 1";
      if ((await this.catalog.query<unknown[]>(old, [until])).length === 0) return;
      // First on the disk that they are forgotten.
      await this.catalog.query("UPDATE nonces_cleared SET until = max(until, ?)", [until]);
      this.clearedUntil = Math.max(this.clearedUntil, until);
      for (let removed = CLEAR_AT_ONCE; removed === CLEAR_AT_ONCE; this.rows -= removed) {
        removed = (await this.catalog.query<unknown[]>(CLEAR, [until])).length;
      }
    } catch (error) {
      this.log.error({ err: error }, "used nonces could not be removed");
    }
  }

  private async areUsed(pairs: readonly (readonly string[])[]): Promise<readonly boolean[]> {
    const found = await this.ask(FIND, pairs.flat());
    return pairs.map((pair) => pair.some((digest) => found.has(digest)));
  }

  private async add(pairs: readonly (readonly string[])[]): Promise<readonly boolean[]> {
    if (this.rows + 2 * pairs.length > MOST_ROWS) {
      throw new ApiError("OVERLOADED", "Too many signed requests in the last ten minutes.");
    }
    const now = nowSeconds();
    const added = await this.ask(
      ADD,
      pairs.flat().map((digest) => [digest, now]),
    );
    this.rows += added.size;
    return pairs.map((pair) => pair.every((digest) => added.has(digest)));
  }

  /** Fails closed: where the disk refuses, so does the server. */
  private async ask(sql: string, values: readonly unknown[]): Promise<ReadonlySet<string>> {
    try {
      const rows = await this.catalog.query<readonly DigestRow[]>(sql, [JSON.stringify(values)]);
      return new Set(rows.map(({ digest }) => digest));
    } catch (error) {
      this.log.error({ err: error }, "used nonces could not be read or written");
      throw new ApiError("STORAGE_UNAVAILABLE");
    }
  }
}

/** Of the nonce and of the signature. The parts have no colon in them. */
function digestsOf({ keyId, nonce, signature }: SignatureClaim): readonly string[] {
  const parts = [`nonce:${keyId}:${nonce}`, `signature:${keyId}:${signature.toString("hex")}`];
  return parts.map((part) => hash("sha256", part, "base64url").slice(0, DIGEST));
}
