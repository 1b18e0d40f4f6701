import type { Client } from "pg";

/** An entry of a log, as it was appended. */
export interface LogEntry {
  readonly seq: number;
  readonly parts: readonly Uint8Array[];
}

/** Rows of entries among which the next ones are chosen. */
const ROWS = 1000;

/** As many as these bytes allow, and one at least. */
const ENTRIES = `
SELECT seq, body FROM entry WHERE cell = $1 AND stream = $2 AND seq > $3 AND seq <= (
  SELECT coalesce(max(seq) FILTER (WHERE bytes <= $4), $3::bigint + 1) FROM (
    SELECT seq, sum(sum(octet_length(body))) OVER (ORDER BY seq) AS bytes FROM (
      SELECT seq, body FROM entry WHERE cell = $1 AND stream = $2 AND seq > $3 ORDER BY seq, part LIMIT ${ROWS}
    ) AS next GROUP BY seq
  ) AS sums
) ORDER BY seq, part`;

/** The entries after this one, of a few bytes together if they are not larger; none where there is none. */
export async function entriesAfter(
  client: Client,
  cell: string,
  stream: string,
  after: number,
  bytes: number,
): Promise<readonly LogEntry[]> {
  const { rows } = await client.query(ENTRIES, [cell, stream, after, bytes]);
  const entries: { seq: number; parts: Uint8Array[] }[] = [];
  for (const { seq, body } of rows) {
    if (entries.at(-1)?.seq !== Number(seq)) entries.push({ seq: Number(seq), parts: [] });
    entries.at(-1)!.parts.push(body);
  }
  return entries;
}
