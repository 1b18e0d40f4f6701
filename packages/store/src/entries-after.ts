import type { Client } from "pg";
import { copyOut, numberIn } from "./copy-out.js";

/** An entry of a log, as it was appended. */
export interface LogEntry {
  readonly seq: number;
  readonly parts: readonly Uint8Array[];
}

/** Rows of entries among which the next ones are chosen. */
const ROWS = 1000;

/** As many as these bytes allow, and one at least. */
const entries = (log: string, after: number, bytes: number) => `
SELECT seq, body FROM entry WHERE ${log} AND seq > ${after} AND seq <= (
  SELECT coalesce(max(seq) FILTER (WHERE bytes <= ${bytes}), ${after}::bigint + 1) FROM (
    SELECT seq, sum(sum(octet_length(body))) OVER (ORDER BY seq) AS bytes FROM (
      SELECT seq, body FROM entry WHERE ${log} AND seq > ${after} ORDER BY seq, part LIMIT ${ROWS}
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
  const log = `cell = ${client.escapeLiteral(cell)} AND stream = ${client.escapeLiteral(stream)}`;
  const found: { seq: number; parts: Uint8Array[] }[] = [];
  for (const [number, body] of await copyOut(client, entries(log, after, bytes))) {
    const seq = numberIn(number!);
    if (found.at(-1)?.seq !== seq) found.push({ seq, parts: [] });
    found.at(-1)!.parts.push(body!);
  }
  return found;
}
