import type { DatabasePort, ExportRequest } from "@heliosdb/port";
import { expect } from "vitest";
import { AUTHOR, at, cases, commit, filled, head, rows, values } from "./case.js";
import { refused } from "./errors.js";
import { NUMBER, TIME } from "./matchers.js";

async function exported(db: DatabasePort, request: ExportRequest): Promise<{ scn: number; bytes: Uint8Array }> {
  const { sizeBytes, scn, bytes, close } = await db.exportFile(request);
  const parts: Uint8Array[] = [];
  try {
    for await (const part of bytes) parts.push(part);
  } finally {
    await close();
  }
  const whole = new Uint8Array(Buffer.concat(parts));
  expect(whole.length).toBe(sizeBytes);
  return { scn, bytes: whole };
}

/** In parts, as from a network. */
async function* partsOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 1000) yield bytes.subarray(from, from + 1000);
}

export const FILE_CASES = cases(
  "files",
  {
    "take a state out and in again, exactly": async ({ db }) => {
      await filled(db);
      const then = await commit(
        db,
        "main",
        "UPDATE t SET v = 9007199254740993 WHERE id = 1",
        "CREATE INDEX i ON t (v)",
      );
      await commit(db, "main", "UPDATE t SET v = 1.0 WHERE id = 2", "CREATE VIEW w AS SELECT v FROM t");
      const now = await exported(db, { branch: "main" });
      expect(now.scn).toBe(await head(db));
      const past = await exported(db, { branch: "main", at: at(then.scn) });
      expect(past.scn).toBe(then.scn);
      const main = await db.getBranch({ branch: "main" });
      const expiresAt = (Date.now() + 3_600_000) * 1000;
      const loaded = await db.importFile(
        {
          ...{ name: "loaded", displayName: "Loaded", metadata: { from: "file" }, expiresAt },
          ...{ author: "bob", message: "taken in" },
        },
        partsOf(now.bytes),
      );
      expect(loaded).toStrictEqual({
        id: expect.stringMatching(/^br_/),
        name: "loaded",
        parent: { id: main.id, name: "main" },
        createdAt: TIME,
        forkScn: NUMBER,
        forkAt: TIME,
        headScn: NUMBER,
        state: "active",
        isDefault: false,
        isProtected: false,
        readOnly: false,
        isolated: true,
        displayName: "Loaded",
        metadata: { from: "file" },
        updatedAt: TIME,
        expiresAt,
        deletedAt: null,
        stats: { tables: 1, rows: 2, sizeBytes: NUMBER, lastModified: TIME },
      });
      expect(await values(db, "loaded")).toStrictEqual([9007199254740993n, 1]);
      expect(await rows(db, "loaded", "SELECT count(*) FROM w")).toStrictEqual([[2n]]);
      const [entry] = (await db.history({ branch: "loaded", limit: 1 })).entries;
      expect(entry).toMatchObject({ kind: "import", author: "bob", message: "taken in" });
      await db.importFile({ name: "past", author: AUTHOR }, partsOf(past.bytes));
      expect(await values(db, "past")).toStrictEqual([9007199254740993n, "b"]);
    },

    "of another branch are that branch's": async ({ db }) => {
      await filled(db);
      await db.createBranch({ name: "dev" });
      await commit(db, "dev", "DELETE FROM t WHERE id = 1");
      const { bytes } = await exported(db, { branch: "dev" });
      await db.importFile({ name: "loaded", author: AUTHOR }, partsOf(bytes));
      expect(await values(db, "loaded")).toStrictEqual(["b"]);
    },

    "that were made from a state come in as a branch from there": async ({ db }) => {
      const { scn } = await filled(db);
      await db.createBranch({ name: "dev" });
      await commit(db, "dev", "UPDATE t SET v = 'dev' WHERE id = 1", "CREATE TABLE u (x)");
      const { bytes } = await exported(db, { branch: "dev" });
      await commit(db, "main", "UPDATE t SET v = 'main' WHERE id = 2");
      const from = { branch: "main", at: at(scn) };
      const loaded = await db.importFile({ name: "edited", from, author: AUTHOR }, partsOf(bytes));
      expect(loaded).toMatchObject({ forkScn: scn, parent: { name: "main" } });
      const [entry, fork] = (await db.history({ branch: "edited", limit: 2 })).entries;
      const tables = [{ table: "t", inserted: 0, updated: 1, deleted: 0 }];
      expect(entry).toMatchObject({ kind: "import", tables });
      expect(fork?.scn).toBe(scn);
      expect(await values(db, "edited")).toStrictEqual(["dev", "b"]);
      const request = { source: "edited", target: "main", strategy: "manual", author: AUTHOR } as const;
      expect(await db.merge(request)).toMatchObject({ conflictCount: 0 });
      expect(await values(db, "main")).toStrictEqual(["dev", "main"]);
    },

    "that can't be taken in leave nothing": async ({ db }) => {
      await filled(db);
      const text = new TextEncoder().encode("this is no database\n".repeat(100));
      const load = (name: string, bytes: AsyncIterable<Uint8Array>, from?: { branch: string }) =>
        db.importFile({ name, author: AUTHOR, ...(from && { from }) }, bytes);
      await refused("INVALID_FILE", load("x", partsOf(text)));
      await refused("INVALID_FILE", load("x", partsOf(new Uint8Array(0))));
      const { bytes } = await exported(db, { branch: "main" });
      await refused("INVALID_FILE", load("x", partsOf(bytes.subarray(0, bytes.length / 2))));
      await refused("BRANCH_EXISTS", load("main", partsOf(bytes)));
      await refused("INVALID_BRANCH_NAME", load("a b", partsOf(bytes)));
      await refused("BRANCH_NOT_FOUND", load("x", partsOf(bytes), { branch: "nobody" }));
      const broken = new Error("the sender is gone");
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield bytes.subarray(0, 1000);
        throw broken;
      }
      await expect(load("x", failing())).rejects.toBe(broken);
      expect((await db.listBranches({ deleted: true })).map(({ name }) => name)).toStrictEqual(["main"]);
    },

    "need not be read to their end": async ({ db }) => {
      await filled(db);
      for (let n = 0; n < 20; n++) {
        const file = await db.exportFile({ branch: "main" });
        if (n % 2 === 0) await file.close();
        else for await (const _ of file.bytes) break;
      }
      const open = async (request: ExportRequest) => (await db.exportFile(request)).close();
      await refused("BRANCH_NOT_FOUND", open({ branch: "nobody" }));
      await refused("POINT_IN_FUTURE", open({ branch: "main", at: at(1_000_000) }));
    },
  },
  "files",
);
