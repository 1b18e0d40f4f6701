import { join } from "node:path";
import { openWriter } from "@heliosdb/engine";
import type { Value } from "@heliosdb/port";
import type { Benchmark, Context, Row } from "../support/benchmark.js";
import { fillSql, statement, TABLE, write } from "../support/dataset.js";
import { openRaw } from "../support/raw.js";
import { median, time } from "../support/timing.js";

/** Many rows with ascending keys in one transaction. */
export const bulkInsert: Benchmark = {
  name: "bulk-insert",
  async run(context) {
    const rows = context.quick ? 100_000 : 1_000_000;
    const what = `${rows.toLocaleString("en")} rows inserted in one transaction`;
    const against = "raw better-sqlite3";
    const one = await rounds(context, bySelect(rows));
    const many = await rounds(context, byRow(rows));
    return [
      { what: `${what}, INSERT … SELECT`, against, unit: "ms", ...one, target: { most: 1.4 } },
      { what: `${what}, row by row`, against, unit: "ms", ...many, target: null },
    ] satisfies Row[];
  },
};

interface Side {
  ours(directory: string): Promise<number>;
  theirs(path: string): Promise<number>;
}

async function rounds({ quick, folder }: Context, side: Side): Promise<{ ours: number; theirs: number }> {
  const figures = { ours: [] as number[], theirs: [] as number[] };
  const unique = () => join(folder, Math.random().toString(36).slice(2));
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    figures.ours.push(await side.ours(unique()));
    figures.theirs.push(await side.theirs(unique()));
  }
  return { ours: median(figures.ours), theirs: median(figures.theirs) };
}

function bySelect(rows: number): Side {
  const sql = fillSql(rows);
  return {
    ours: (directory) => inEngine(directory, (writer) => write(writer, statement(sql))),
    theirs: (path) => inRaw(path, (raw) => raw.exec(sql)),
  };
}

function byRow(rows: number): Side {
  const data = Array.from({ length: rows }, (_, i) => ({
    id: i + 1,
    name: `item ${i}`,
    value: i * 1.5,
    category: i % 100,
  }));
  return {
    ours: (directory) => {
      const bound: { [column: string]: Value }[] = data.map(({ id, name, value, category }) => ({
        id: BigInt(id),
        name,
        value: value,
        category: BigInt(category),
      }));
      return inEngine(directory, (writer) =>
        write(writer, {
          op: "insertRows",
          request: { branch: "main", author: "bench", table: "items", rows: bound, onConflict: "error" },
        }),
      );
    },
    theirs: (path) =>
      inRaw(path, (raw) => {
        const insert = raw.prepare(
          "INSERT INTO items (id, name, value, category) VALUES (@id, @name, @value, @category)",
        );
        raw.transaction(() => {
          for (const row of data) insert.run(row);
        })();
      }),
  };
}

async function inEngine(directory: string, work: (writer: ReturnType<typeof openWriter>) => void): Promise<number> {
  const writer = openWriter({ directory });
  write(writer, statement(TABLE));
  const took = await time(() => work(writer));
  writer.close();
  return took;
}

async function inRaw(path: string, work: (raw: ReturnType<typeof openRaw>) => void): Promise<number> {
  const raw = openRaw(path);
  raw.exec(TABLE);
  const took = await time(() => work(raw));
  raw.close();
  return took;
}
