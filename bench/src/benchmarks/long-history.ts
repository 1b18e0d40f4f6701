import { type DatabaseReader, openReader, openWriter } from "@heliosdb/engine";
import type { Benchmark } from "../support/benchmark.js";
import { filledDatabase, makeCommits } from "../support/databases.js";
import { sideBySide } from "../support/timing.js";

const ROWS = 1000;
const PAGE = 50;
const PAGES_AT_A_TIME = 20;

/** Opening a database with a long history, and paging through it: the cost must not grow with the history. */
export const longHistory: Benchmark = {
  name: "long-history",
  async run({ quick, folder }) {
    const lengths = quick ? [100, 5_000] : [100, 100_000];
    const [short, long] = lengths.map((length) => {
      const { directory, writer } = filledDatabase(folder, String(length), ROWS);
      makeCommits(writer, length);
      writer.close();
      return directory;
    }) as [string, string];
    const page = (reader: DatabaseReader) => {
      for (let i = 0; i < PAGES_AT_A_TIME; i++) {
        const { entries } = reader.read({ op: "history", request: { branch: "main", limit: PAGE } });
        if (entries.length !== PAGE) throw new Error(`the page has ${entries.length} commits`);
      }
    };
    const [several, countless] = [openReader({ directory: short }), openReader({ directory: long })];
    const pages = await sideBySide(
      9,
      () => page(countless),
      () => page(several),
    );
    several.close();
    countless.close();
    const opening = await sideBySide(
      5,
      () => openAndAsk(long),
      () => openAndAsk(short),
    );
    const [few, many] = lengths.map((length) => length.toLocaleString("en"));
    const against = `with ${few} commits`;
    return [
      {
        what: `history page with ${many} commits`,
        against,
        unit: "ms",
        ours: pages.ours / PAGES_AT_A_TIME,
        theirs: pages.theirs / PAGES_AT_A_TIME,
        target: { most: 1.5 },
      },
      { what: `open and first query with ${many} commits`, against, unit: "ms", ...opening, target: { most: 1.5 } },
    ];
  },
};

function openAndAsk(directory: string): void {
  const writer = openWriter({ directory });
  const reader = openReader({ directory });
  reader.read({ op: "query", request: { branch: "main", sql: "SELECT * FROM items WHERE id = 7" } });
  reader.close();
  writer.close();
}
