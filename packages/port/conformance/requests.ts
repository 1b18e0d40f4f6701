import type { DatabasePort } from "@heliosdb/port";
import { expect } from "vitest";
import { AUTHOR, at, cases, commit, filled, head } from "./case.js";

const own = { branch: "dev", author: AUTHOR } as const;

/** One request of each operation that is not a read, to a database of `prepared`. */
const ONCE: {
  readonly [title: string]: (db: DatabasePort, requestId: { readonly requestId: string }) => Promise<unknown>;
} = {
  createBranch: (db, once) => db.createBranch({ name: "new", ...once }),
  updateBranch: (db, once) => db.updateBranch({ branch: "other", name: "renamed", ...once }),
  deleteBranch: (db, once) => db.deleteBranch({ branch: "other", ...once }),
  undeleteBranch: async (db, once) => {
    // By the second time, its name has changed, but not its id.
    const [, , , last] = await db.listBranches({ deleted: true });
    return db.undeleteBranch({ id: last!.id, name: "back", ...once });
  },
  resetBranch: (db, once) => db.resetBranch({ ...own, to: "parent", ...once }),
  execute: (db, once) => db.execute({ ...own, statements: [{ sql: "UPDATE t SET v = v || 'x'" }], ...once }),
  insertRows: (db, once) => db.insertRows({ ...own, table: "t", rows: [{ v: "x" }], onConflict: "error", ...once }),
  updateRows: (db, once) => db.updateRows({ ...own, table: "t", values: { v: "u" }, filter: "true", ...once }),
  deleteRows: (db, once) => db.deleteRows({ ...own, table: "t", filter: "v = 'dev'", ...once }),
  merge: (db, once) => db.merge({ source: "dev", target: "main", strategy: "auto", author: AUTHOR, ...once }),
  restore: async (db, once) => db.restore({ ...own, at: at(await head(db)), backup: {}, ...once }),
  createSnapshot: (db, once) => db.createSnapshot({ ...own, name: "kept", ...once }),
  deleteSnapshot: (db, once) => db.deleteSnapshot({ branch: "main", snapshot: "old", ...once }),
  setRetention: (db, once) => db.setRetention({ historyMs: 86_400_000, ...once }),
};

async function prepared(db: DatabasePort): Promise<void> {
  await filled(db);
  await db.createSnapshot({ branch: "main", name: "old", author: AUTHOR });
  for (const name of ["dev", "other", "gone"]) await db.createBranch({ name });
  await db.deleteBranch({ branch: "gone" });
  await commit(db, "dev", "UPDATE t SET v = 'dev' WHERE id = 1");
}

/** A change between the two requests, so that doing the request again would be noticed. */
async function meanwhile(db: DatabasePort, operation: string): Promise<void> {
  if (operation === "setRetention") await db.setRetention({ historyMs: null });
  if (operation === "restore" || operation === "resetBranch" || operation === "updateRows") {
    await commit(db, "dev", "INSERT INTO t VALUES (50, 'between')");
  }
}

export const REQUEST_CASES = cases(
  "a repeated request",
  Object.fromEntries(
    Object.entries(ONCE).map(([operation, send]) => [
      `is done once: ${operation}`,
      async ({ db }: { readonly db: DatabasePort }) => {
        await prepared(db);
        const first = await send(db, { requestId: "again" });
        await meanwhile(db, operation);
        const before = [await head(db), await db.listBranches({ deleted: true }), await db.getRetention({})];
        expect(await send(db, { requestId: "again" })).toStrictEqual(first);
        const after = [await head(db), await db.listBranches({ deleted: true }), await db.getRetention({})];
        expect(after).toStrictEqual(before);
      },
    ]),
  ),
);
