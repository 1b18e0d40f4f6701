import type { Exact } from "../values/exact.js";

/** Bounds of the rows that are written together. A row that is larger comes alone. */
const PART = { rows: 500, bytes: 256 * 1024 };

/** Rows in parts, which are cheaper to write than single ones. */
export async function* partsOf(rows: AsyncIterable<readonly Exact[]>): AsyncGenerator<readonly (readonly Exact[])[]> {
  let [part, bytes]: [(readonly Exact[])[], number] = [[], 0];
  for await (const row of rows) {
    part.push(row);
    for (const value of row) bytes += 8 + (typeof value === "string" || value instanceof Uint8Array ? value.length : 0);
    if (part.length < PART.rows && bytes < PART.bytes) continue;
    yield part;
    [part, bytes] = [[], 0];
  }
  if (part.length > 0) yield part;
}
