import type { QueryStream } from "@heliosdb/client";
import { csvLine } from "./csv.js";
import { write } from "./stdout.js";

/** Formats for rows that are written as they arrive. */
export type StreamFormat = "lines" | "csv";

/** Characters that are buffered before they are written. */
const GATHERED = 64 * 1024;

/** Writes rows to stdout as fast as it accepts them, and reads no faster. */
export async function writeRows(format: StreamFormat, stream: QueryStream): Promise<void> {
  const { columns } = stream;
  let text = format === "csv" ? csvLine(columns) : "";
  try {
    for await (const row of stream) {
      text += format === "csv" ? csvLine(columns.map((column) => row[column])) : `${JSON.stringify(row)}\n`;
      if (text.length < GATHERED) continue;
      await write(text);
      text = "";
    }
  } finally {
    // The rows before a failure are written too.
    await write(text);
  }
}
