import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";
import { problemsOf } from "./files.js";
import { removeWorker, runToCrash } from "./run-worker.js";
import { CREATION } from "./scenarios/creation.js";

afterAll(removeWorker);

it.each(CREATION)("a database whose making was cut short at %s is made when it is next opened", (step) => {
  const directory = mkdtempSync(join(tmpdir(), "helios-engine-"));
  try {
    expect(runToCrash({ directory, clockOffsetMs: 0 }, { do: "open" }, step)).toBe("SIGKILL");
    const db = new TestDatabase(directory);
    db.execute("main", "CREATE TABLE t (v)", "INSERT INTO t VALUES (1)");
    expect(db.rows("main", "SELECT v FROM t")).toEqual([[1]]);
    expect(db.read({ op: "listBranches", request: {} })).toHaveLength(1);
    db.close();
    expect(problemsOf(directory)).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
