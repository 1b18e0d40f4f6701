import type { DatabasePort, PointInTime, Value } from "@heliosdb/port";
import type { Benchmark, Row } from "../support/benchmark.js";
import { execute, fillSql, scatteredUpdate, TABLE } from "../support/dataset.js";
import { withHost } from "../support/host.js";
import { median, sideBySide, time } from "../support/timing.js";

const SCAN = "SELECT sum(value), max(length(name)) FROM items WHERE category <> 50";
const POINT = "SELECT * FROM items WHERE id = ?";
const COUNT = "SELECT count(*) FROM items";

/**
 * Reads of a past state, after about one row in ninety has changed since, compared with the same reads of the current
 * state.
 */
export const readPast: Benchmark = {
  name: "read-past",
  async run({ quick, folder }) {
    const rows = quick ? 100_000 : 1_000_000;
    return withHost(folder, async (host) => {
      const db = host.database("bench");
      await execute(db, TABLE);
      const scn = await execute(db, fillSql(rows));
      await execute(db, scatteredUpdate(3, 100, rows));
      await execute(db, scatteredUpdate(5, 1000, rows));
      const at: PointInTime = { kind: "scn", scn };
      const against = "the same read at now";

      const lookups = await sideBySide(
        9,
        () => lookUp(db, rows, at),
        () => lookUp(db, rows),
      );
      const now = median([await scan(db), await scan(db), await scan(db)]);
      const first = await scan(db, at);
      const second = await scan(db, at);
      // The third one may make the rewound copy.
      const making = await scan(db, at);
      const later = await sideBySide(
        5,
        () => scan(db, at),
        () => scan(db),
      );
      const counts = await sideBySide(
        9,
        () => count(db, at),
        () => count(db),
      );
      const results: Row[] = [
        { what: "point lookup in the past, 16 at a time", against, unit: "ms", ...lookups, target: { most: 1.5 } },
        {
          what: "full scan in the past, first time",
          against,
          unit: "ms",
          ours: first,
          theirs: now,
          target: { most: 3.5 },
        },
        {
          what: "full scan in the past, second time",
          against,
          unit: "ms",
          ours: second,
          theirs: now,
          target: { most: 3.5 },
        },
        { what: "full scan in the past, third time", against, unit: "ms", ours: making, theirs: now, target: null },
        { what: "full scan in the past, from then on", against, unit: "ms", ...later, target: { most: 1.1 } },
        { what: "count(*) in the past, after the copy", against, unit: "ms", ...counts, target: { most: 1.1 } },
      ];
      return results;
    });
  },
};

async function lookUp(db: DatabasePort, rows: number, at?: PointInTime): Promise<void> {
  const one = (i: number) => {
    const params: Value[] = [BigInt(1 + ((i * 7919) % rows))];
    return db.query({ branch: "main", sql: POINT, params, at });
  };
  for (let i = 0; i < 1600; i += 16) await Promise.all(Array.from({ length: 16 }, (_, n) => one(i + n)));
}

function scan(db: DatabasePort, at?: PointInTime): Promise<number> {
  return time(() => db.query({ branch: "main", sql: SCAN, at }));
}

async function count(db: DatabasePort, at?: PointInTime): Promise<void> {
  await db.query({ branch: "main", sql: COUNT, at });
}
