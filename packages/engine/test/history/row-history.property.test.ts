import type { RowVersion, Value } from "@heliosdb/port";
import fc from "fast-check";
import { expect, it } from "vitest";
import { DatabasePaths } from "../../src/file/paths.js";
import { BranchTable } from "../../src/meta/branches.js";
import { MetaDb } from "../../src/meta/meta-db.js";
import { PastView } from "../../src/past/past-view.js";
import { findTable } from "../../src/schema/model.js";
import type { Plain } from "../support/plain.js";
import { attempt, makeTables, type RandomWrite, randomWrite, write } from "../support/random-writes.js";
import { codeOf, TestDatabase } from "../support/test-database.js";

type Step =
  | { readonly do: "write"; readonly branch: string; readonly writes: readonly RandomWrite[] }
  | { readonly do: "merge" }
  | { readonly do: "reset" }
  | { readonly do: "restore"; readonly to: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      branch: fc.constantFrom("main", "side"),
      writes: fc.array(randomWrite, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("merge" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reset" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restore" as const), to: fc.nat(30) }) },
);

const KEYS: readonly (readonly [string, readonly Value[]])[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((id): [string, Value[]] => ["ints", [id]]),
  ...[0, 1, 2, 3, 4].map((key): [string, Value[]] => ["texts", [`k${key}`]]),
  ...[0, 1, 2].flatMap((x) => [0, 1, 2, 3, 4].map((y): [string, Value[]] => ["pairs", [x, `K${y}`]])),
  ...[1, 2, 3, 4].map((rowid): [string, Value[]] => ["loose", [rowid]]),
];

const CONDITIONS: Record<string, string> = {
  ints: "id = ?",
  texts: "name = ? COLLATE NOCASE",
  pairs: "x = ? AND y = ? COLLATE NOCASE",
  loose: "_helios_k = ?",
};

type Known = Plain<Pick<RowVersion, "scn" | "kind" | "row">>;

/** Versions as reading every state one by one gives them, newest first. */
class Replay {
  private readonly states: PastView[];

  constructor(
    db: TestDatabase,
    branch: string,
    private readonly scns: readonly number[],
    private readonly truncated: boolean,
  ) {
    const paths = new DatabasePaths(db.directory);
    const meta = MetaDb.openForReading(paths.meta);
    const branches = BranchTable.read(meta);
    meta.close();
    const { file } = branches.locate(branches.get(branch));
    this.states = scns.map((scn) => new PastView(paths.branch(file), scn).pin());
  }

  versions(name: string, key: readonly Value[]): Known[] {
    const versions: Known[] = [];
    let before: Known["row"] = null;
    this.states.forEach((state, i) => {
      const table = findTable(state.epoch, name);
      const columns = table?.columns.map((column) => column.name).join(", ");
      const sql = table && `SELECT ${columns} FROM ${state.keyed(table)} WHERE ${CONDITIONS[name]}`;
      const row = ((sql && state.db.prepare(sql).get(...key)) ?? null) as Known["row"];
      if (JSON.stringify(row) !== JSON.stringify(before)) {
        const kind =
          row === null ? "delete" : before !== null ? "update" : i === 0 && this.truncated ? "existing" : "insert";
        versions.unshift({ scn: this.scns[i]!, kind, row });
      }
      before = row;
    });
    return versions;
  }

  close(): void {
    for (const state of this.states) state.close();
  }
}

function play(db: TestDatabase, steps: readonly Step[]): void {
  for (const each of steps) {
    if (each.do === "write") write(db, each.branch, each.writes);
    else if (each.do === "merge") attempt(() => db.merge("side", "main", "source"));
    else if (each.do === "reset") {
      db.control({ op: "resetBranch", request: { branch: "side", to: "parent", author: "test" } });
    } else {
      const scns = commits(db, "main").scns;
      const at = { kind: "scn", scn: scns.at(-1 - (each.to % Math.min(10, scns.length)))! } as const;
      db.control({ op: "restore", request: { branch: "main", at, author: "test" } });
    }
  }
}

/** Oldest first. */
function commits(db: TestDatabase, branch: string): { scns: number[]; truncated: boolean } {
  const page = db.read({ op: "history", request: { branch, limit: 1000 } });
  const scns = page.entries.filter(({ kind }) => kind !== "reset").map(({ scn }) => scn);
  return { scns: scns.reverse(), truncated: page.truncated };
}

function listed(db: TestDatabase, branch: string, table: string, key: readonly Value[], limit: number): Known[] {
  const versions: Known[] = [];
  for (let before: number | undefined; ; ) {
    const page = db.read({ op: "rowHistory", request: { branch, table, key, limit, before } });
    versions.push(...page.versions.map(({ scn, kind, row }) => ({ scn, kind, row })));
    if (page.next === null) return versions;
    before = page.next;
  }
}

it("the versions of a row are those that reading every commit's state one by one shows", () => {
  let compared = 0;
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 15, maxLength: 40, size: "max" }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      (steps, limit, prune) => {
        const db = new TestDatabase();
        try {
          makeTables(db);
          db.branch("side");
          play(db, steps);
          if (prune) {
            // A branch holds back the history that it may be merged by.
            db.control({ op: "deleteBranch", request: { branch: "side" } });
            db.control({ op: "setRetention", request: { historyBytes: 1, deletedMs: 0 } });
            for (let turns = 0; turns < 3; turns++) db.maintain();
          }
          for (const branch of prune ? ["main"] : ["main", "side"]) {
            const { scns, truncated } = commits(db, branch);
            const replay = new Replay(db, branch, scns, truncated);
            for (const [table, key] of KEYS) {
              const wanted = replay.versions(table, key);
              if (wanted.length === 0) {
                expect(codeOf(() => listed(db, branch, table, key, limit))).toMatch(/^(ROW|TABLE)_NOT_FOUND$/);
                continue;
              }
              expect({ branch, table, key, versions: listed(db, branch, table, key, limit) }).toEqual({
                ...{ branch, table, key, versions: wanted },
              });
              compared++;
            }
            replay.close();
          }
        } finally {
          db.dispose();
        }
      },
    ),
    { numRuns: 40, seed: 20261121 },
  );
  expect(compared).toBeGreaterThan(200);
});
