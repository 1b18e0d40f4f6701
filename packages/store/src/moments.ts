import type { Client } from "pg";
import type { Head } from "./cell.js";

/** Where the logs of a cell ended at a moment, or where they end now. Times are in µs since 1970, by the store's clock. */
export interface CellMoment {
  /** The moment. */
  readonly at: number;
  /** Those that had begun. */
  readonly heads: readonly Head[];
  /** The first moment from this one on whose state can be made: this one, unless its entries are only in a base. */
  readonly possibleFrom: number;
}

const micros = (time: string) => `(extract(epoch FROM ${time}) * 1000000)::bigint`;

const CELL = `SELECT whole, ${micros("whole_at")} AS whole_at, ${micros("clock_timestamp()")} AS now FROM cell WHERE name = $1`;

/**
 * In one statement: an entry that was begun when another one was acknowledged is not there without that. An entry has
 * its digest at its end.
 */
const LOGS = `
WITH moment AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS at)
SELECT s.name, s.folder, ${micros("s.begun")} AS begun, ${micros("b.at")} AS base_at,
  coalesce(e.seq, b.seq, 0) AS seq, coalesce(e.digest, b.digest, '') AS digest
FROM moment m JOIN stream s ON s.cell = $1 LEFT JOIN base b ON b.cell = s.cell AND b.stream = s.name
LEFT JOIN LATERAL (
  SELECT seq, encode(substring(body FROM octet_length(body) - 31), 'hex') AS digest FROM entry
  WHERE cell = s.cell AND stream = s.name AND at <= m.at AND part = parts ORDER BY seq DESC LIMIT 1
) e ON true
ORDER BY s.name`;

/**
 * Where the logs of a cell ended at a moment of the past. Rejects where the moment is not over, or the cell is not there or
 * not whole.
 * @param at null for now
 */
export async function cellAt(client: Client, cell: string, at: number | null): Promise<CellMoment> {
  const [row] = (await client.query(CELL, [cell])).rows;
  if (row === undefined) throw new Error(`the store has no cell ${cell}`);
  if (!row.whole) throw new Error(`the first node of the cell ${cell} has not sent all of its databases yet`);
  const [now, wholeAt] = [Number(row.now), Number(row.whole_at)];
  if (at !== null && at > now) throw new Error("that moment is not over, by the clock of the store");
  if (at === null) return { at: now, heads: await headsNow(client, cell), possibleFrom: now };
  const logs = (await client.query(LOGS, [cell, at])).rows.map((log) => ({
    head: {
      name: log.name as string,
      seq: Number(log.seq),
      digest: log.digest as string,
      folder: log.folder as string,
    },
    begun: Number(log.begun),
    possibleFrom: log.base_at === null ? Number(log.begun) : Number(log.base_at),
  }));
  let from = Math.max(at, wholeAt);
  // A later moment may have logs that an earlier one doesn't have.
  for (let before = 0; before < from; ) {
    before = from;
    const begun = logs.filter((log) => log.begun <= before);
    from = Math.max(before, ...begun.map(({ possibleFrom }) => possibleFrom));
  }
  return { at, heads: logs.filter(({ begun }) => begun <= at).map(({ head }) => head), possibleFrom: from };
}

async function headsNow(client: Client, cell: string): Promise<Head[]> {
  const { rows } = await client.query("SELECT name, head, digest, folder FROM stream WHERE cell = $1 ORDER BY name", [
    cell,
  ]);
  return rows.map(({ name, head, digest, folder }) => ({ name, seq: Number(head), digest, folder }));
}
