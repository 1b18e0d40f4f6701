import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";
import { runToCrash, runToEnd } from "./run-worker.js";
import { crashAtEveryStep } from "./scenario.js";
import { branchNames, fill, value } from "./scenarios/filled.js";
import { MERGES } from "./scenarios/merges.js";

crashAtEveryStep(MERGES);

it("deletes the source of a merge that a crash cut off from it, and never a later branch of its name", () => {
  let db = new TestDatabase();
  const { directory } = db;
  try {
    fill(db);
    db.execute("dev", "INSERT INTO t VALUES (3000, 'new')");
    db.close();
    const request = { source: "dev", target: "main", strategy: "auto", author: "test", requestId: "m1" } as const;
    const merge = { do: "control", operation: { op: "merge", request: { ...request, deleteSource: true } } } as const;
    expect(runToCrash(db, merge, "merge.committed")).toBe("SIGKILL");

    db = new TestDatabase(directory);
    expect(branchNames(db)).toEqual(["dev", "main"]);
    db.control({ op: "updateBranch", request: { branch: "dev", name: "renamed" } });
    db.branch("dev");
    db.close();
    expect(runToEnd(db, merge)).toMatchObject({ merged: 1, sourceDeleted: true });
    expect(runToEnd(db, merge)).toMatchObject({ merged: 1, sourceDeleted: true });

    db = new TestDatabase(directory);
    expect(branchNames(db)).toEqual(["dev", "main"]);
    expect(value(db, "main", "SELECT count(*) FROM t WHERE id = 3000")).toBe(1);
    db.close();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
