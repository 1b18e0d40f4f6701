import { join } from "node:path";
import { type DatabaseReader, type DatabaseWriter, openReader, openWriter } from "@heliosdb/engine";
import { fillSql, statement, TABLE, write } from "./dataset.js";

/** A database opened in this process, with the benchmarks' table filled. */
export function filledDatabase(
  folder: string,
  name: string,
  rows: number,
): { directory: string; writer: DatabaseWriter } {
  const directory = join(folder, name);
  const writer = openWriter({ directory });
  write(writer, statement(TABLE));
  write(writer, statement(fillSql(rows)));
  return { directory, writer };
}

/** The SCN of a branch's head. */
export function headOf(reader: DatabaseReader, branch = "main"): number {
  return reader.read({ op: "resolve", request: { branch, at: { kind: "now" } } }).scn;
}

/** Makes commits of one row each, a thousand for each fsync. */
export function makeCommits(writer: DatabaseWriter, count: number): void {
  for (let made = 0; made < count; made += 1000) {
    const group = Array.from({ length: Math.min(1000, count - made) }, (_, i) =>
      statement(`UPDATE items SET value = value + 1 WHERE id = ${1 + ((made + i) % 100)}`),
    );
    const failed = writer.write(group).find((outcome) => outcome?.ok === false);
    if (failed && !failed.ok) throw new Error(failed.error.message);
  }
}

/** A reader that is closed after the work. */
export async function withReader<T>(directory: string, work: (reader: DatabaseReader) => T | Promise<T>): Promise<T> {
  const reader = openReader({ directory });
  try {
    return await work(reader);
  } finally {
    reader.close();
  }
}
