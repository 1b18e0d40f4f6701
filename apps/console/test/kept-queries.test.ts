import { describe, expect, it } from "vitest";
import {
  keptOf,
  LONGEST,
  MOST_RUNS,
  MOST_SAVED,
  NOTHING_KEPT,
  saveFault,
  withoutSaved,
  withRun,
  withSaved,
} from "../src/pages/sql/kept/kept.js";

const run = (sql: string, branch = "main") => ({ sql, branch, time: 1, ms: 2, failed: null });

describe("queries that the browser keeps", () => {
  it("are saved by name, and replaced under the same one", () => {
    const kept = withSaved(withSaved(withSaved(NOTHING_KEPT, { name: "b", sql: "1" }), { name: "a", sql: "2" }), {
      ...{ name: "b", sql: "3" },
    });
    expect(kept.saved).toEqual([
      { name: "a", sql: "2" },
      { name: "b", sql: "3" },
    ]);
    expect(withoutSaved(kept, "a").saved.map(({ name }) => name)).toEqual(["b"]);
  });

  it("are not more and not longer than a browser takes", () => {
    const full = { ...NOTHING_KEPT, saved: Array.from({ length: MOST_SAVED }, (_, n) => ({ name: `${n}`, sql: "1" })) };
    expect(saveFault(full, { name: "0", sql: "2" })).toBeNull();
    expect(saveFault(full, { name: "new", sql: "2" })).toContain("Delete one first");
    expect(saveFault(NOTHING_KEPT, { name: "new", sql: "x".repeat(LONGEST + 1) })).toContain("Expected at most");
  });

  it("are listed as they ran, the same again only once", () => {
    let kept = withRun(withRun(NOTHING_KEPT, run("SELECT 1")), run("SELECT 2"));
    kept = withRun(withRun(kept, run("SELECT 1")), run("SELECT 1", "dev"));
    expect(kept.runs.map(({ sql, branch }) => `${branch} ${sql}`)).toEqual([
      "dev SELECT 1",
      "main SELECT 1",
      "main SELECT 2",
    ]);
    for (let n = 0; n < MOST_RUNS + 5; n++) kept = withRun(kept, run(`SELECT ${n}`));
    expect(kept.runs).toHaveLength(MOST_RUNS);
    expect(withRun(kept, run("x".repeat(LONGEST + 1)))).toBe(kept);
  });

  it("are read with care: anybody may have changed them", () => {
    const good = { saved: [{ name: "a", sql: "1" }], runs: [run("SELECT 1")] };
    expect(keptOf(JSON.stringify(good))).toEqual(good);
    for (const bad of [null, "", "{", "[]", "5", '{"saved":5,"runs":[null,{"sql":1}]}']) {
      expect(keptOf(bad)).toEqual(NOTHING_KEPT);
    }
    expect(keptOf(JSON.stringify({ runs: [{ ...run("x"), time: 1e300 }] }))).toEqual(NOTHING_KEPT);
  });
});
