import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FRAME_HEADER, LOG_HEADER } from "@heliosdb/engine/log-format";
import { EntryReader } from "@heliosdb/journal";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "../../store/test/support/postgres.js";
import { TestStore } from "../../store/test/support/test-store.js";
import type { EngineHost } from "../dist/index.js";
import { codeOf, createItems, insert, names, run, startHost, tempDir, until } from "./support/host.js";
import { compareWithLogs } from "./support/logged-folders.js";

/** Processes that are killed under load, of each kind. */
const KILLS = Number(process.env.SOAK_TIMES ?? 2);
const SERVER_KILLS = Math.ceil(KILLS / 2);
const NODE = process.execPath;
const HOST = fileURLToPath(new URL("workers/host-under-load.mjs", import.meta.url));

/** How often databases go to another writer and come back. */
const ROUNDS = process.env.SOAK_TIMES === undefined ? 1 : 5;

/** Of a log with so many frames, in a file with pages of the usual size. */
const bytesOfLog = (frames: number) => LOG_HEADER + frames * (4096 + FRAME_HEADER);

describe.skipIf(PROGRAMS === null)("a host with a store", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  async function startLogged(options: Parameters<typeof startHost>[0] = {}) {
    const cell = options.store ?? (await store.cell());
    return { cell, ...(await startHost({ writerIdleMs: 500, ...options, store: cell })) };
  }

  /** Closes the host, and compares its folder with its logs. */
  async function expectLogged(host: EngineHost, cell: string, dataDir: string, databases: readonly string[]) {
    await host.close();
    const compared = await compareWithLogs(store, cell, dataDir);
    expect(compared).toMatchObject({ different: [], databases: expect.arrayContaining([...databases]) });
    expect(compared.databases).toHaveLength(databases.length);
    return compared.entries;
  }

  it("has everything in the logs that its writers do", async () => {
    const { cell, host, db, dataDir } = await startLogged();
    await createItems(db);
    const codes = await Promise.all(["a", "b", "a", "c"].map((name) => codeOf(insert(db, name))));
    expect(codes).toEqual(["fulfilled", "fulfilled", "UNIQUE_VIOLATION", "fulfilled"]);
    await Promise.all(Array.from({ length: 300 }, (_, n) => insert(db, `n${n}`)));
    await db.createBranch({ name: "dev" });
    await run(db, "CREATE TABLE notes (id INTEGER PRIMARY KEY, text)", [], { branch: "dev" });
    const { scn } = await insert(db, "dev", { branch: "dev" });
    await run(db, "DELETE FROM items", [], { branch: "dev" });
    await db.restore({ branch: "dev", at: { kind: "scn", scn }, author: "tester", backup: {} });
    await db.createSnapshot({ branch: "dev", name: "kept", author: "tester" });
    await db.merge({ source: "dev", target: "main", strategy: "auto", author: "tester" });
    await db.createBranch({ name: "past", parent: "main", at: { kind: "scn", scn: 3 } });
    await insert(db, "past", { branch: "past" });
    const transaction = await db.beginTransaction({ branch: "main", mode: "write", owner: "k", author: "ann" });
    const ref = { branch: "main", transaction: transaction.id, owner: "k" };
    const statements = [{ sql: "INSERT INTO items (name) SELECT name || '!' FROM items" }];
    const request = { branch: "main", author: "ann", statements, queries: true };
    await db.inTransaction({ ...ref, operation: { op: "execute", request } });
    await insert(db, "meanwhile", { branch: "dev" });
    await db.endTransaction({ ...ref, end: "commit" });
    const { bytes } = await db.exportFile({ branch: "main" });
    await db.importFile({ name: "loaded", author: "tester" }, bytes);
    await db.deleteBranch({ branch: "past" });
    expect((await names(db, "loaded")).length).toBeGreaterThan(600);
    expect(await expectLogged(host, cell.cell, dataDir, ["t1"])).toBeGreaterThan(15);
  });

  it("goes on with the log of a database that moves to another writer, and back", async () => {
    const { cell, host, dataDir } = await startLogged({ writers: 2 });
    const all = ["t1", "t2", "t3"].map((name) => host.database(name));
    for (const db of all) await createItems(db);
    for (let round = 0; round < ROUNDS; round++) {
      for (const db of all) {
        const { id } = await db.beginTransaction({ branch: "main", mode: "write", owner: "k", author: "ann" });
        const ref = { branch: "main", transaction: id, owner: "k" };
        const request = {
          branch: "main",
          author: "ann",
          statements: [{ sql: "INSERT INTO items (name) VALUES (hex(randomblob(8)))" }],
        };
        await db.inTransaction({ ...ref, operation: { op: "execute", request: { ...request, queries: true } } });
        await db.endTransaction({ ...ref, end: "commit" });
      }
      // Each goes back once it is idle.
      await new Promise((done) => setTimeout(done, 700));
      for (const db of all) await insert(db, `back ${round}`);
    }
    expect(host.counters().pids.writer.length).toBeGreaterThan(2);
    for (const db of all) expect(await names(db)).toHaveLength(2 * ROUNDS);
    await expectLogged(host, cell.cell, dataDir, ["t1", "t2", "t3"]);
  });

  it("loses nothing that was acknowledged when writers are killed, and says what became of the rest", async () => {
    const { cell, host, dataDir } = await startLogged();
    const all = ["t1", "t2"].map((name) => host.database(name));
    for (const db of all) await createItems(db);
    const acknowledged = all.map(() => new Set<string>());
    let isOver = false;
    const load = all.flatMap((db, i) =>
      Array.from({ length: 6 }, async (_, k) => {
        for (let n = 0; !isOver; n++) {
          const name = `${k}-${n}`;
          await insert(db, name);
          acknowledged[i]!.add(name);
        }
      }),
    );
    for (let kill = 0; kill < KILLS; kill++) {
      const before = acknowledged[0]!.size;
      await until(() => acknowledged[0]!.size > before + 20);
      for (const pid of host.counters().pids.writer) process.kill(pid, "SIGKILL");
      await all[kill % 2]!.createBranch({ name: `branch${kill}` });
      await insert(all[kill % 2]!, "new", { branch: `branch${kill}` });
    }
    isOver = true;
    await Promise.all(load);
    for (const [i, db] of all.entries()) {
      const there = await db.query({ branch: "main", sql: "SELECT name FROM items", maxRows: 1e6 });
      expect(new Set(there.rows.map(([name]) => String(name)))).toEqual(acknowledged[i]);
    }
    expect(host.counters().restarts.writer).toBe(KILLS);
    await expectLogged(host, cell.cell, dataDir, ["t1", "t2"]);
  });

  it("loses nothing that was acknowledged when the whole server is killed", async () => {
    const dataDir = tempDir();
    const cell = await store.cell();
    const acknowledged = new Set<string>();
    for (let kill = 0; kill < SERVER_KILLS; kill++) {
      const argument = JSON.stringify({ dataDir, store: cell, prefix: String(kill) });
      const process = spawn(NODE, [HOST, argument], { stdio: ["ignore", "pipe", "inherit"] });
      let text = "";
      process.stdout!.on("data", (part) => {
        text += part;
      });
      await until(() => text.split("\n").length > 100 || process.exitCode !== null);
      await killed(process);
      for (const line of text.split("\n").slice(0, -1)) acknowledged.add(line);
    }
    // As a server that has lost its disk would find it.
    const lost = tempDir();
    for (const dir of [dataDir, lost]) {
      if (dir === lost) expect(readdirSync(lost)).toEqual([]);
      const { host, events } = await startLogged({ dataDir: dir, store: cell });
      expect([...acknowledged].filter((line) => line.split(" ").length === 3).length).toBeGreaterThan(
        SERVER_KILLS * 50,
      );
      for (const name of ["t1", "t2"]) {
        const db = host.database(name);
        const rows = new Set<string>();
        for (const branch of await db.listBranches({})) {
          rows.add(`${name} ${branch.name}`);
          const { rows: found } = await db.query({ branch: branch.name, sql: "SELECT name FROM items", maxRows: 1e6 });
          for (const [item] of found) rows.add(`${name} ${branch.name} ${String(item)}`);
        }
        const missing = [...acknowledged].filter((line) => line.startsWith(`${name} `) && !rows.has(line));
        expect(missing).toEqual([]);
        await insert(db, `after the end of all in ${dir}`);
      }
      if (dir === lost) expect(events.filter(({ kind }) => kind === "recovery")).toHaveLength(2);
      await expectLogged(host, cell.cell, dir, ["t1", "t2"]);
    }
  });

  it("has what was acknowledged after a power cut, which has taken what the disk did not have yet, or a file", async () => {
    const dataDir = tempDir();
    const cell = await store.cell();
    const process = spawn(NODE, [HOST, JSON.stringify({ dataDir, store: cell, prefix: "cut" })], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    process.stdout!.on("data", (part) => {
      text += part;
    });
    await until(() => text.split("\n").length > 100 || process.exitCode !== null);
    await killed(process);
    let lost = 0;
    const last = (await store.entries(cell.cell, "t1", store.primary)).at(-1)!;
    for (const [file, { frames }] of Object.entries(new EntryReader(last).header.unsynced?.logs ?? {})) {
      if (!file.startsWith("branches/")) continue;
      truncateSync(join(dataDir, "databases/t1", `${file}-wal`), bytesOfLog(Math.floor(frames / 2)));
      lost += frames;
    }
    expect(lost).toBeGreaterThan(0);
    for (const beside of ["", "-wal", "-shm"]) rmSync(join(dataDir, `databases/t2/branches/b2.db${beside}`));
    const { host, events } = await startLogged({ dataDir, store: cell });
    // Readers have the folders open before the writer finds out what they lack.
    await host.usage();
    const acknowledged = text.split("\n").slice(0, -1);
    for (const name of ["t1", "t2"]) {
      const db = host.database(name);
      for (const branch of ["main", "bcut"]) {
        const there = new Set((await names(db, branch)).map((item) => `${name} ${branch} ${item}`));
        const own = acknowledged.filter((line) => line.startsWith(`${name} ${branch} `));
        expect(own.length).toBeGreaterThan(0);
        expect(own.filter((line) => !there.has(line))).toEqual([]);
      }
      await insert(db, "afterwards");
      const sql = (n: number) => `SELECT count(*) FROM items WHERE name = 'afterwards' AND ${n} = ${n}`;
      const found = await Promise.all(
        Array.from({ length: 12 }, (_, n) => db.query({ branch: "main", sql: sql(n), maxRows: 1 })),
      );
      expect(found.map(({ rows }) => Number(rows[0]![0]))).toEqual(Array(12).fill(1));
      expect(JSON.stringify(events)).toContain(`the folder of ${name} lacked something`);
    }
    await expectLogged(host, cell.cell, dataDir, ["t1", "t2"]);
  });

  it("removes the log of a database that is dropped, and begins another one for the next of its name", async () => {
    const { cell, host, db, dataDir } = await startLogged();
    await createItems(db);
    await insert(db, "first");
    await insert(host.database("other"), "x").catch(() => {});
    await host.dropDatabase("t1");
    expect([...(await store.heads(cell.cell)).keys()]).toEqual(["other"]);
    await createItems(host.database("t1"));
    await insert(host.database("t1"), "second");
    // Of one that this server has not opened.
    await host.dropDatabase("other");
    await expectLogged(host, cell.cell, dataDir, ["t1"]);
    const log = await store.entries(cell.cell, "t1");
    expect(log.length).toBeLessThan(10);
  });

  it("gives a database up with its log, and takes it back by making the folder from that", async () => {
    const { cell, host, db, dataDir } = await startLogged();
    await createItems(db);
    await insert(db, "before");
    const transaction = await db.beginTransaction({ branch: "main", mode: "write", owner: "k", author: "ann" });
    const late = Array.from({ length: 20 }, (_, n) => codeOf(insert(db, `late ${n}`)));
    await host.releaseDatabase("t1");
    expect(existsSync(join(dataDir, "databases/t1"))).toBe(false);
    expect(new Set(await Promise.all(late))).toEqual(new Set(["WORKER_LOST"]));
    expect(await codeOf(insert(db, "on what was given up"))).toBe("WORKER_LOST");
    const ref = { branch: "main", transaction: transaction.id, owner: "k" };
    expect(await codeOf(db.endTransaction({ ...ref, end: "commit" }))).not.toBe("fulfilled");
    expect([...(await store.heads(cell.cell)).keys()]).toEqual(["t1"]);
    const back = host.database("t1");
    await insert(back, "after");
    expect(await names(back)).toEqual(expect.arrayContaining(["before", "after"]));
    // Of one that nobody has used.
    await host.releaseDatabase("unused");
    await expectLogged(host, cell.cell, dataDir, ["t1"]);

    const alone = await startHost();
    await expect(alone.host.releaseDatabase("t1")).rejects.toThrow("without a log");
  });

  it("does not go on with the log of another folder, nor without a record", async () => {
    const first = await startLogged();
    await createItems(first.db);
    await insert(first.db, "a");
    await first.host.close();
    const database = join(first.dataDir, "databases/t1");
    const copy = join(tempDir(), "copy");
    cpSync(database, copy, { recursive: true });

    rmSync(join(database, "log-id"));
    const { host, db } = await startLogged({ dataDir: first.dataDir, store: first.cell });
    await expect(insert(db, "b")).rejects.toMatchObject({
      code: "STORAGE_UNAVAILABLE",
      message: expect.stringContaining("not the one whose log it would go on with"),
    });
    cpSync(join(copy, "log-id"), join(database, "log-id"));
    rmSync(join(database, "meta.db"));
    await expect(insert(db, "c")).rejects.toMatchObject({ message: expect.stringContaining("meta.db, is missing") });
    cpSync(join(copy, "meta.db"), join(database, "meta.db"));
    await insert(db, "d");
    expect(await names(db)).toEqual(["a", "d"]);
    await expectLogged(host, first.cell.cell, first.dataDir, ["t1"]);
  });

  it("does not go on with an older copy of its folder", async () => {
    const { cell, host, db, dataDir } = await startLogged();
    await createItems(db);
    await insert(db, "before");
    await host.close();
    const database = join(dataDir, "databases/t1");
    const copy = join(tempDir(), "copy");
    cpSync(database, copy, { recursive: true });
    const later = await startLogged({ dataDir, store: cell });
    await insert(later.db, "acknowledged");
    await later.host.close();
    rmSync(database, { recursive: true });
    cpSync(copy, database, { recursive: true });
    const last = await startLogged({ dataDir, store: cell });
    await insert(last.db, "after");
    expect(await names(last.db)).toEqual(["before", "acknowledged", "after"]);
    await expectLogged(last.host, cell.cell, dataDir, ["t1"]);
  });

  it("acknowledges nothing once another node serves the cell", async () => {
    const { cell, host, db } = await startLogged();
    await createItems(db);
    await store.primary.run("UPDATE helios.cell SET epoch = 2 WHERE name = $1", [cell.cell]);
    await store.primary.run("UPDATE helios.stream SET epoch = 2 WHERE cell = $1", [cell.cell]);
    // It was committed here, before the log was asked.
    await expect(insert(db, "late")).rejects.toMatchObject({
      message: expect.stringContaining("the outcome is unknown"),
    });
    await expect(insert(db, "later")).rejects.toMatchObject({
      code: "STORAGE_UNAVAILABLE",
      message: expect.stringContaining("another node serves the cell"),
    });
    await expect(createItems(host.database("new"))).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    expect((await store.heads(cell.cell)).has("new")).toBe(false);
  });

  it("keeps the addresses of its store out of the arguments of its processes", async () => {
    const { host, db } = await startLogged();
    await createItems(db);
    for (const pid of Object.values(host.counters().pids).flat()) {
      expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).not.toContain("postgres");
    }
  });
});

async function killed(process: ChildProcess): Promise<void> {
  const ended = once(process, "exit");
  process.kill("SIGKILL");
  await ended;
}
