import { type DatabasePort, HeliosError, type QueryRequest, type Row, type Rows } from "@heliosdb/port";

/** Bytes of values in one response, about as much as libSQL itself sends. */
export const MOST_BYTES = 10_485_760;

/** All rows of a query whose first rows were more than one response of the port has. Throws RESULT_TOO_LARGE. */
export async function wholeRows(
  database: DatabasePort,
  { maxRows: _, ...request }: QueryRequest,
  canStream: boolean,
): Promise<Pick<Rows, "columns" | "rows" | "truncated">> {
  if (!canStream) throw tooLarge("In a transaction, a query gives at most as many rows as HELIOSDB_MAX_ROWS says.");
  const stream = await database.streamQuery(request);
  const rows: Row[] = [];
  let bytes = 0;
  try {
    for (let part = await stream.next(); part !== null; part = await stream.next()) {
      for (const row of part) {
        rows.push(row);
        for (const value of row)
          bytes += 8 + (typeof value === "string" || value instanceof Uint8Array ? value.length : 0);
      }
      if (bytes > MOST_BYTES) throw tooLarge(`The rows have more than ${MOST_BYTES} bytes. Ask for fewer, with LIMIT.`);
    }
  } finally {
    stream.close();
  }
  return { columns: stream.columns, rows, truncated: false };
}

function tooLarge(message: string): HeliosError {
  return new HeliosError("RESULT_TOO_LARGE", message);
}
