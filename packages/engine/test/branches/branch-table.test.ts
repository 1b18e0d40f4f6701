import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { BranchTable } from "../../src/meta/branches.js";
import { MetaDb } from "../../src/meta/meta-db.js";

let directory: string;
let meta: MetaDb;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "helios-branches-"));
  meta = MetaDb.openForWriting(join(directory, "meta.db"));
});
afterEach(() => {
  meta.close();
  rmSync(directory, { recursive: true });
});

const NAMES = ["a", "b", "c", "d"];
const change = fc.record({
  do: fc.constantFrom("make", "rename", "delete", "undelete", "write", "reset", "remove"),
  which: fc.nat(7),
  name: fc.constantFrom(...NAMES),
});
const transaction = fc.record({
  changes: fc.array(change, { minLength: 1, maxLength: 5 }),
  /** Whether the list is brought up to date in the middle, and whether all is taken back. */
  looks: fc.boolean(),
  fails: fc.boolean(),
});

it("a list that takes over changes is the one that a new reading gives, failed transactions included", () => {
  let made = 0;
  fc.assert(
    fc.property(fc.array(transaction, { maxLength: 12 }), (transactions) => {
      const table = BranchTable.read(meta);
      meta.changes();
      for (const { changes, looks, fails } of transactions) {
        try {
          meta.atomically(() => {
            for (const each of changes) apply(each, ++made);
            if (looks) table.apply(meta.changes());
            if (fails) throw new Error("taken back");
          });
        } catch (error) {
          if ((error as Error).message !== "taken back") expect(error).toMatchObject({ name: "SqliteError" });
        }
        table.apply(meta.changes());
        expect(picture(table)).toEqual(picture(BranchTable.read(meta)));
      }
    }),
    { numRuns: 150 },
  );
  expect(made).toBeGreaterThan(1000);
});

/** A name that is taken fails, and with it the transaction. */
function apply({ do: what, which, name }: { do: string; which: number; name: string }, n: number): void {
  const branches = meta.branches();
  const branch = branches[which % Math.max(branches.length, 1)];
  if (what === "make" || !branch) {
    const id = `br_${n}`;
    meta.insert("branches", {
      ...{ id, name: `${name}${n % 3}`, parent: branch?.id ?? null, timeline: `b${n}`, createdAt: n, updatedAt: n },
      ...{ readOnly: false, isolated: true, isProtected: false, displayName: null, metadata: "{}" },
      ...{ expiresAt: null, deletedAt: null, purgedAt: null, mergedScn: null },
    });
    addTimeline(id, branch?.timeline ?? null, n);
  } else if (what === "rename") meta.updateBranch(branch.id, { name });
  else if (what === "delete") meta.updateBranch(branch.id, { deletedAt: n });
  else if (what === "undelete") meta.updateBranch(branch.id, { deletedAt: null });
  else if (what === "write") meta.updateTimeline(branch.timeline, { materialised: true, fork: n });
  else if (what === "remove" && !branches.some((other) => other.parent === branch.id)) meta.removeBranch(branch.id);
  else if (what === "reset") {
    addTimeline(branch.id, branch.timeline, n);
    meta.updateBranch(branch.id, { timeline: `b${n}` });
  }
}

function addTimeline(branch: string, origin: string | null, n: number): void {
  meta.insert("timelines", {
    ...{ id: `b${n}`, branch, origin, fork: n, forkAt: n, materialised: origin === null, since: n, sinceAt: n },
    ...{ author: null, message: null, purgedAt: null },
  });
}

function picture(table: BranchTable) {
  return {
    all: table.all,
    timelines: table.timelines,
    named: table.live().map((branch) => table.get(branch.name).id),
    taken: NAMES.flatMap((name) => ["", "0", "1", "2"].map((n) => table.has(name + n))),
    places: table.all.map((branch) => [table.locate(branch), table.allTimelines(branch), table.children(branch)]),
  };
}
