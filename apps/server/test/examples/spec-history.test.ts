import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectForm, orNull } from "../support/form.js";
import { type Answer, call, execute, must, rows, SPEC } from "../support/http.js";
import type { TestServer } from "../support/server.js";
import { startOnThatMorning, TABLES } from "../support/times.js";

const META = { request_id: "req_1", execution_time_ms: 3 };
const HISTORY = "/v1/branches/main/history";
let server: TestServer;
/** The newest commit before the tests. */
let scn: number;
beforeAll(async () => {
  server = await startOnThatMorning(TABLES);
  scn = (await must(server, "GET", "/v1/branches/main")).scn;
});
afterAll(() => server?.remove());

const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
  call(server, method, path, body, { accept: SPEC });

describe("restoring, as the specification shows it", () => {
  it("brings a snapshot back, and keeps the state before as a branch", async () => {
    await execute(server, "DELETE FROM orders");
    const { status, body } = await ask("POST", `/v1/branches/main/restore/snap_${scn.toString(36)}`, {
      create_backup_branch: true,
      backup_branch_name: "backup-before-restore",
    });
    expect(status).toBe(200);
    expectForm(
      body,
      {
        success: true,
        data: {
          restored: true,
          snapshot_id: "snap_1",
          restored_to_scn: 900,
          backup_branch: "backup-before-restore",
        },
      },
      {
        meta: META,
        data: {
          branch: "main",
          tables: [{ table: "orders", inserted: 3, updated: 0, deleted: 0 }],
          dry_run: false,
          scn: 9,
          timestamp: "2025-12-01T08:30:00Z",
        },
      },
    );
    expect(body.data).toMatchObject({ restored_to_scn: scn, backup_branch: "backup-before-restore" });
    expect(await rows(server, "SELECT count(*) AS n FROM orders")).toEqual([{ n: 3 }]);
    expect(await rows(server, "SELECT count(*) AS n FROM orders", "backup-before-restore")).toEqual([{ n: 0 }]);
  });

  it("needs no body, and makes no backup unless asked", async () => {
    const path = `/v1/branches/main/restore/snap_${scn.toString(36)}`;
    expect((await ask("POST", path)).body.data.backup_branch).toBeNull();
    await execute(server, "DELETE FROM orders");
    const named = await ask("POST", path, { create_backup_branch: true });
    expect(named.body.data.backup_branch).toMatch(/^main-backup-\d+$/);
    const taken = await ask("POST", path, { backup_branch_name: "backup-before-restore" });
    expect([taken.status, taken.body.error.code]).toEqual([409, "BRANCH_EXISTS"]);
  });

  it("takes dry_run, if_target_scn and message", async () => {
    const path = `/v1/branches/main/restore/snap_${(scn - 1).toString(36)}`;
    const dry = await ask("POST", path, { dry_run: true });
    expect(dry.body.data).toMatchObject({ restored: false, dry_run: true });
    const head = dry.body.data.scn;
    expect((await ask("POST", path, { if_target_scn: head - 1 })).body.error.code).toBe("TARGET_MOVED");
    await ask("POST", path, { if_target_scn: head, message: "back to before the orders" });
    const { history } = (await ask("GET", `${HISTORY}?limit=1&kind=restore`)).body.data;
    expect(history[0]).toMatchObject({ message: "back to before the orders", restored_scn: scn - 1 });
  });
});

describe("snapshots, as the specification shows them", () => {
  it("are listed with what was in them", async () => {
    await must(server, "POST", "/v1/branches/main/snapshots", { name: "kept" });
    const { status, body } = await ask("GET", "/v1/branches/main/snapshots");
    expect(status).toBe(200);
    expectForm(
      body,
      {
        success: true,
        data: {
          snapshots: [
            {
              id: "snap_1",
              timestamp: "2025-12-01T09:00:00Z",
              scn: 900,
              type: "automatic",
              size_bytes: 52428800,
              tables: 15,
              rows: 125000,
            },
          ],
        },
      },
      {
        meta: META,
        data: {
          total: 1,
          snapshots: [
            {
              name: orNull("kept"),
              description: orNull("why"),
              branch: "main",
              created_at: "2025-12-01T09:00:00Z",
              author: "ann",
            },
          ],
        },
      },
    );
    const types = body.data.snapshots.map((one: { type: string }) => one.type);
    expect([...new Set(types)].sort()).toEqual(["automatic", "manual"]);
  });
});

describe("the history of a branch, as the specification shows it", () => {
  it("has transactions and snapshots, newest first", async () => {
    const { status, body } = await ask("GET", HISTORY);
    expect(status).toBe(200);
    const transaction = {
      id: "tx_1",
      type: "transaction",
      timestamp: "2025-12-01T10:00:00Z",
      scn: 1000,
      summary: "INSERT INTO users (5 rows)",
      user: "alice@example.com",
    };
    const beyond = {
      kind: "transaction",
      branch: "main",
      message: orNull("why"),
      statements: ["INSERT INTO users (5 rows)"],
      tables: [{ table: "users", inserted: 1, updated: 0, deleted: 0 }],
    };
    const { user: _, ...snapshot } = transaction;
    expectForm(
      body,
      {
        success: true,
        data: {
          history: [
            transaction,
            { ...snapshot, id: "snap_1", type: "snapshot", summary: "Automatic snapshot", size_bytes: 52428800 },
            transaction,
            { ...transaction, statements: [], tables: [] },
            { ...transaction, tables: [] },
          ],
        },
      },
      {
        meta: META,
        data: {
          history: [
            beyond,
            { user: "ann" },
            { ...beyond, restored_scn: 5 },
            { kind: "init", branch: "main", message: null },
            { kind: "schema", branch: "main", message: null, statements: ["CREATE TABLE users"] },
          ],
          next_cursor: null,
          truncated: false,
        },
      },
    );
    const scns = body.data.history.map((one: { scn: number }) => one.scn);
    expect(scns).toEqual([...scns].sort((a, b) => b - a));
    const summaries = body.data.history.map((one: { summary: string }) => one.summary);
    expect(summaries).toContain("INSERT INTO users (3 rows)");
  });

  it("says of a merge what came in: merged_from", async () => {
    await must(server, "POST", "/v1/branches", { name: "side" });
    await execute(server, "INSERT INTO users (name, email) VALUES ('S', 's@x')", "side");
    await must(server, "POST", "/v1/branches/side/merge", { target: "main" });
    const [entry] = (await ask("GET", `${HISTORY}?limit=1`)).body.data.history;
    expect(entry).toMatchObject({ kind: "merge", merged_from: { branch: "side", scn: entry.scn - 1 } });
    expect(entry.merged_from.branch_id).toMatch(/^br_/);
  });

  it("is cut by from, to and limit, 50 unless told", async () => {
    const scnsOf = async (query: string) =>
      (await ask("GET", `${HISTORY}?${query}`)).body.data.history.map((one: { scn: number }) => one.scn);
    const all = await scnsOf("limit=1000");
    const old = await scnsOf("to=2025-12-01T08:00:00Z");
    expect(old).toEqual(all.slice(-scn));
    expect(await scnsOf("from=2025-12-01T08:00:00Z")).toEqual(all.slice(0, -scn));
    expect(await scnsOf("until=2025-12-01T08:00:00Z&limit=2")).toEqual(old.slice(0, 2));
    const statements = Array.from({ length: 60 }, (_, i) => `INSERT INTO users (name, email) VALUES ('n', 'n${i}@x')`);
    for (const sql of statements) await execute(server, sql, "side");
    expect((await ask("GET", "/v1/branches/side/history")).body.data.history).toHaveLength(50);
  });

  it("is told in pages that count snapshots, and together have everything once", async () => {
    const whole = (await ask("GET", `${HISTORY}?limit=1000`)).body.data.history;
    expect(whole.some((one: { type: string }) => one.type === "snapshot")).toBe(true);
    for (const limit of [1, 2, 3]) {
      const told: unknown[] = [];
      for (let cursor = ""; ; ) {
        const { history, next_cursor } = (await ask("GET", `${HISTORY}?limit=${limit}${cursor}`)).body.data;
        expect(history.length).toBeLessThanOrEqual(limit);
        told.push(...history);
        if (next_cursor === null) break;
        cursor = `&cursor=${next_cursor}`;
      }
      expect(told).toEqual(whole);
    }
    for (const cursor of ["x", "1.", "1.x", "1.2.3", "0.1"]) {
      expect((await ask("GET", `${HISTORY}?cursor=${cursor}`)).body.error.code).toBe("INVALID_CURSOR");
    }
  });

  it("is chosen by table, author and kind", async () => {
    const kinds = async (query: string) => {
      const { history } = (await ask("GET", `${HISTORY}?${query}`)).body.data;
      return [...new Set(history.map((one: { kind?: string }) => one.kind))];
    };
    expect(await kinds("kind=schema")).toContain("schema");
    expect(await kinds("author=nobody")).toEqual([]);
    expect(await kinds("table=orders&kind=transaction")).toContain("transaction");
  });
});
