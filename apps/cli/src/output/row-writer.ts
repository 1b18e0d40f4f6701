import type { QueryStream } from "@heliosdb/client";
import { csvLine } from "./csv.js";
import { write } from "./stdout.js";

/** Of rows that are written as they come. */
export type StreamFormat = "lines" | "csv";

/** Characters that are gathered before they are written. */
const GATHERED = 64 * 1024;

/** Writes rows to stdout as fast as it takes them, and reads no faster. */
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
    // What came before a failure is written too.
    await write(text);
  }
}
