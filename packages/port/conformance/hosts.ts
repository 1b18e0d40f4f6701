import { randomUUID } from "node:crypto";
import { HeliosError } from "@heliosdb/port";
import { expect } from "vitest";
import { cases, commit, ENDLESS, filled, values } from "./case.js";
import { refused } from "./errors.js";
import { NUMBER } from "./matchers.js";

export const HOST_CASES = cases("hosts", {
  "say what they can do, and what bounds they keep": async ({ host, db }) => {
    const { jsonStreams, ...capabilities } = host.capabilities();
    expect(capabilities).toStrictEqual({
      dialect: expect.toBeOneOf(["sqlite", "postgresql"]),
      defaultDeadlineMs: NUMBER,
      maxDeadlineMs: NUMBER,
      maxRows: NUMBER,
      maxResultBytes: NUMBER,
      files: expect.any(Boolean),
      backups: expect.any(Boolean),
    });
    expect(capabilities.maxDeadlineMs).toBeGreaterThanOrEqual(capabilities.defaultDeadlineMs);
    expect(db.streamJson !== undefined).toBe(jsonStreams);
  },

  "refuse a result beyond their bytes": async ({ host, db }) => {
    const { maxResultBytes } = host.capabilities();
    const sql = `SELECT zeroblob(${Math.ceil(maxResultBytes / 3)}) FROM (VALUES (1), (2), (3), (4))`;
    await refused("RESULT_TOO_LARGE", db.query({ branch: "main", sql }));
  },

  "have databases by their id": async ({ host, db, id }) => {
    await filled(db);
    expect(await values(host.database(id), "main")).toStrictEqual(["a", "b"]);
    for (const bad of ["", ".", "..", "a/b", "a.b", "a\0b"]) {
      for (const take of [() => host.database(bad), () => host.changes(bad)]) {
        const error = thrownBy(take);
        expect(error).toBeInstanceOf(HeliosError);
        expect((error as HeliosError).code).toBe("INVALID_FIELD");
      }
    }
  },

  "drop a database, and make an empty one in its place": async ({ host, db, id }) => {
    await filled(db);
    const dropped = new Promise((resolve) => setTimeout(resolve, 50)).then(() =>
      Promise.all([host.dropDatabase(id), host.dropDatabase(id)]),
    );
    const under = refused("TENANT_NOT_FOUND", db.query({ branch: "main", sql: ENDLESS, deadlineMs: 20_000 }));
    await Promise.all([under, dropped]);
    await refused("TENANT_NOT_FOUND", commit(db, "main", "DELETE FROM t"));
    await host.dropDatabase(randomUUID());
    const fresh = host.database(id);
    expect(await fresh.listTables({ branch: "main" })).toStrictEqual([]);
  },

  "tell how they are": async ({ host, db }) => {
    await filled(db);
    const health = await host.health();
    expect(health).toStrictEqual({ ok: true, parts: expect.any(Array), queued: NUMBER, restarts: NUMBER });
    expect(health.parts.length).toBeGreaterThan(0);
    for (const part of health.parts)
      expect(part).toStrictEqual({ name: expect.any(String), ready: NUMBER, problem: null });
  },

  "count what they do": async ({ host, db }) => {
    const before = await host.metrics();
    await filled(db);
    await values(db, "main");
    const after = await host.metrics();
    const pool = { inHand: NUMBER, queued: NUMBER, timeouts: NUMBER, kills: NUMBER };
    const sizes = after.writes.sizes.map(() => ({ upTo: NUMBER, groups: NUMBER }));
    expect(sizes.length).toBeGreaterThan(0);
    expect(after).toStrictEqual({
      reads: { ...pool, reads: NUMBER },
      writes: { ...pool, operations: NUMBER, groups: NUMBER, grouped: NUMBER, sizes },
      transactions: {
        ...{ open: NUMBER, waiting: NUMBER },
        ended: { committed: NUMBER, rolledBack: NUMBER, expired: NUMBER, lost: NUMBER },
      },
      processes: expect.any(Object),
    });
    expect(after.reads.reads).toBeGreaterThan(before.reads.reads);
    expect(after.writes.operations).toBeGreaterThan(before.writes.operations);
    for (const each of Object.values(after.processes))
      expect(each).toStrictEqual({
        running: NUMBER,
        restarts: NUMBER,
        residentBytes: expect.toSatisfy((bytes) => bytes === null || bytes > 0),
      });
  },

  "count what their databases take": async ({ host, db }) => {
    await filled(db);
    const usage = await host.usage();
    expect(usage).toStrictEqual({
      databases: NUMBER,
      branches: NUMBER,
      oldest: expect.toSatisfy((each) => each === null || each > 1.5e15),
      bytes: expect.any(Object),
    });
    for (const bytes of Object.values(usage.bytes)) expect(bytes).toBeGreaterThanOrEqual(0);
  },
});

export const BACKUP_CASES = cases(
  "backups",
  {
    "are made while databases are used, one at a time, by a free name": async ({ host, db }) => {
      await filled(db);
      const name = `conformance-${randomUUID()}`;
      const [made, second] = await Promise.allSettled([host.backup(name), host.backup(`${name}-2`)]);
      await commit(db, "main", "DELETE FROM t");
      if (made.status === "rejected") throw made.reason;
      expect(made.value).toStrictEqual({
        name,
        location: expect.any(String),
        createdAt: expect.toSatisfy((each) => each > 1.5e9 && each < 1e10),
        databases: expect.toSatisfy((each) => each > 0),
        files: expect.toSatisfy((each) => each > 0),
        bytes: expect.toSatisfy((each) => each > 0),
      });
      expect(second).toMatchObject({ status: "rejected", reason: { code: "BACKUP_RUNNING" } });
      expect(await host.listBackups()).toContainEqual(made.value);
      await refused("BACKUP_EXISTS", host.backup(name));
    },
  },
  "backups",
);

function thrownBy(call: () => unknown): unknown {
  try {
    call();
    return null;
  } catch (error) {
    return error;
  }
}
