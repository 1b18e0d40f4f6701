import { afterEach, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";
import { crashAtEveryStep } from "./scenario.js";
import { branchNames, fill, scn, value } from "./scenarios/filled.js";
import { RESTORES } from "./scenarios/restores.js";

crashAtEveryStep(RESTORES);

let db: TestDatabase | undefined;
afterEach(() => db?.dispose());

it("keeps the backup of a restore that was done, though the branch is reset to the same state before the next opening", () => {
  db = new TestDatabase();
  const { first } = fill(db);
  const { scn: head } = db.execute("dev", "DELETE FROM t WHERE id < 50");
  db.restore("dev", scn(first), { backup: { name: "kept" } });
  db.control({ op: "resetBranch", request: { branch: "dev", to: "self", at: scn(head), author: "test" } });
  db.reopen();
  expect(branchNames(db)).toEqual(["dev", "kept", "main"]);
  expect(value(db, "kept", "SELECT count(*) FROM t")).toBe(152);
});

it("opens the database though the branch, its backup and their files have gone before the next opening", () => {
  db = new TestDatabase();
  const { first } = fill(db);
  db.control({ op: "setRetention", request: { deletedMs: 0 } });
  db.execute("dev", "DELETE FROM t WHERE id < 50");
  db.restore("dev", scn(first), { backup: { name: "kept" } });
  for (const branch of ["kept", "dev"]) db.control({ op: "deleteBranch", request: { branch } });
  expect(db.maintain().purged + db.maintain().purged).toBe(2);
  db.reopen();
  expect(branchNames(db)).toEqual(["main"]);
});
