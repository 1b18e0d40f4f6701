import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { EngineHost } from "@heliosdb/engine-host";
import type { DatabasePort } from "@heliosdb/port";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { compareWithLogs } from "../../engine-host/test/support/logged-folders.js";
import { EntryReader } from "../../journal/src/entry/decode.js";
import { PROGRAMS, until } from "../../store/test/support/postgres.js";
import { TestStore } from "../../store/test/support/test-store.js";
import { CellNode, type CellNodeOptions } from "../src/index.js";
import { NodeProcess } from "./support/node-process.js";

/** Long enough that nobody misses a renewal because the machine is busy. */
const LEASE = 4000;
/** How often a node goes, in each way. */
const TIMES = Number(process.env.SOAK_TIMES ?? 1);
const WAYS =
  process.env.SOAK_TIMES === undefined ? (["frozen", "stopped"] as const) : (["killed", "frozen", "stopped"] as const);
const LIMITS = { defaultDeadlineMs: 20_000, maxDeadlineMs: 60_000, maxRows: 1_000_000 };

describe.skipIf(PROGRAMS === null)("the nodes of a cell", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  const folder = () => {
    const dataDir = mkdtempSync(join(tmpdir(), "helios-node-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
    return dataDir;
  };
  const newCell = () => ({ urls: store.urls, cell: randomUUID(), leaseMs: LEASE });

  async function joined(options: Partial<CellNodeOptions> & { urls: readonly string[]; cell: string }) {
    const events: string[] = [];
    const { dataDir = folder() } = options;
    const node = await CellNode.join({
      node: basename(dataDir),
      url: null,
      dataDir,
      leaseMs: LEASE,
      onFenced: () => events.push("fenced"),
      onEvent: (text) => events.push(text),
      ...options,
    });
    onTestFinished(() => node.stop());
    return { node, events };
  }

  /** What a folder has that no server uses. */
  async function rowsOf(dataDir: string, database = "t1"): Promise<string[]> {
    const host = await EngineHost.start({ dataDir, ...LIMITS });
    try {
      const { rows } = await host.database(database).query({ branch: "main", sql: "SELECT name FROM items" });
      return rows.map(([name]) => String(name));
    } finally {
      await host.close();
    }
  }

  /** Every acknowledged row is there once, and the folder is the one that the log says. */
  async function expectAll(cell: string, dataDir: string, nodes: readonly NodeProcess[]): Promise<void> {
    expect(await compareWithLogs(store, cell, dataDir)).toMatchObject({ different: [], databases: ["t1"] });
    const there = await rowsOf(dataDir);
    expect(new Set(there).size).toBe(there.length);
    const rows = new Set(there);
    expect(nodes.flatMap((node) => node.acknowledged).filter((name) => !rows.has(name))).toEqual([]);
  }

  it("take over when the active one is killed, frozen or stopped, and nothing that was acknowledged is lost", {
    timeout: 7_200_000,
  }, async () => {
    const cell = newCell();
    const folders = [folder(), folder()];
    const all: NodeProcess[] = [];
    const start = async (i: number) => {
      const node = await NodeProcess.start({ ...cell, dataDir: folders[i]! });
      all.push(node);
      return node;
    };
    let [active, standby] = [await start(0), await start(1)];
    await active.isActive();
    let at = 0;
    let epoch = active.epoch!;
    for (let i = 0; i < TIMES; i++) {
      for (const how of WAYS) {
        if (how === "killed") await active.kill();
        if (how === "stopped") expect(await active.stop()).toBe(0);
        if (how === "frozen") active.freeze();
        await standby.isActive();
        expect(standby.epoch).toBe(++epoch);
        if (how === "frozen") {
          const told = active.acknowledged.length;
          active.thaw();
          expect(await active.ended()).toBe(75);
          expect([active.output.includes("another node has taken the cell"), active.acknowledged.length]).toEqual([
            true,
            told,
          ]);
        }
        [active, standby] = [standby, await start(at)];
        at = 1 - at;
      }
    }
    await active.stop();
    await until(async () => standby.epoch !== null);
    await standby.stop();
    await expectAll(cell.cell, folders[1 - at]!, all);
  });

  it("go on at once where the same one starts again, with what it had committed and not sent", {
    timeout: 7_200_000,
  }, async () => {
    const cell = newCell();
    const dataDir = folder();
    const nodes: NodeProcess[] = [];
    for (let epoch = 1; epoch <= TIMES; epoch++) {
      // With a lease that is much longer than the test: nobody waits for it.
      const node = await NodeProcess.start({ ...cell, leaseMs: 600_000, dataDir });
      nodes.push(node);
      await node.isActive();
      expect(node.epoch).toBe(epoch);
      await node.kill();
    }
    const { node } = await joined({ ...cell, leaseMs: 600_000, dataDir });
    const { epoch } = await node.active;
    const host = await EngineHost.start({ dataDir, store: { urls: cell.urls, cell: cell.cell, epoch }, ...LIMITS });
    await host.database("t1").listBranches({});
    await host.close();
    await expectAll(cell.cell, dataDir, nodes);
  });

  it("follow databases that are made, dropped and made again under their names", async () => {
    const cell = newCell();
    const first = await joined(cell);
    const { epoch } = await first.node.active;
    const dataDir = folder();
    const active = await EngineHost.start({
      dataDir,
      store: { urls: cell.urls, cell: cell.cell, epoch },
      ...LIMITS,
      writerIdleMs: 200,
    });
    onTestFinished(() => active.close());
    const make = async (database: string, name: string): Promise<DatabasePort> => {
      const db = active.database(database);
      const run = (sql: string) => db.execute({ branch: "main", author: "tester", statements: [{ sql }] });
      await run("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
      await run(`INSERT INTO items (name) VALUES ('${name}')`);
      await db.createBranch({ name: "dev" });
      return db;
    };
    await make("t1", "one");
    await make("t2", "two");
    const follows = folder();
    const { node } = await joined({ ...cell, dataDir: follows });
    await until(async () => node.behind === 0 && node.leader?.node === first.node.leader?.node);
    await active.dropDatabase("t1");
    await active.dropDatabase("t2");
    await make("t1", "again");
    await active.close();
    await until(async () => (await compareWithLogs(store, cell.cell, follows)).different.length === 0);
    await node.stop();
    expect(readdirSync(join(follows, "databases")).filter((name) => !name.startsWith("."))).toEqual(["t1"]);
    expect(await rowsOf(follows)).toEqual(["again"]);
  });

  /** A cell with one log that nobody serves, and its last entry taken away, as a failover of the store can do it. */
  async function cutCell() {
    const cell = newCell();
    const process = await NodeProcess.start({ ...cell, dataDir: folder() });
    await process.isActive();
    await process.kill();
    const follows = folder();
    const ahead = await joined({ ...cell, leaseMs: 600_000, dataDir: follows });
    await until(async () => ahead.node.behind === 0);
    await ahead.node.stop();
    // Nobody waits for the lease of the killed one.
    await store.primary.run("UPDATE helios.cell SET boot = NULL WHERE name = $1", [cell.cell]);
    const head = (await store.heads(cell.cell)).get("t1")!;
    await until(async () => (await store.entries(cell.cell, "t1")).length === head);
    const { header, digest } = new EntryReader((await store.entries(cell.cell, "t1"))[head - 1]!);
    await store.primary.run("CREATE TABLE IF NOT EXISTS helios.taken (LIKE helios.entry)");
    await store.primary.run(
      `WITH taken AS (DELETE FROM helios.entry WHERE cell = $1 AND seq = $2 RETURNING *)
       INSERT INTO helios.taken SELECT * FROM taken`,
      [cell.cell, head],
    );
    await store.primary.run("UPDATE helios.stream SET head = head - 1, digest = $2 WHERE cell = $1", [
      cell.cell,
      header.previous,
    ]);
    return { cell, follows, head, digest };
  }

  /** Does this in the transaction that claims the cell. */
  async function atClaim(cell: string, sql: string): Promise<void> {
    const name = `arrive_${cell.replaceAll("-", "")}`;
    await store.primary.run(
      `CREATE FUNCTION helios.${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${sql}; RETURN NEW; END $$`,
    );
    await store.primary.run(
      `CREATE TRIGGER ${name} BEFORE UPDATE OF epoch ON helios.cell
       FOR EACH ROW WHEN (NEW.name = '${cell}' AND NEW.epoch = 2) EXECUTE FUNCTION helios.${name}()`,
    );
  }
  const toHead = (head: number, digest: string) =>
    `UPDATE helios.stream SET head = ${head}, digest = '${digest}' WHERE cell = NEW.name`;

  it("make a folder anew that has an entry which a failover of the store took back", async () => {
    const { cell, follows } = await cutCell();
    const { node } = await joined({ ...cell, dataDir: follows });
    await node.active;
    await node.stop();
    expect(await compareWithLogs(store, cell.cell, follows)).toMatchObject({ different: [] });
  });

  it("have what was appended until the moment when they took over", async () => {
    const { cell, head, digest } = await cutCell();
    // The entry is on its way when the claim comes.
    await atClaim(
      cell.cell,
      `INSERT INTO helios.entry SELECT * FROM helios.taken WHERE cell = NEW.name; ${toHead(head, digest)}`,
    );
    const follows = folder();
    const { node } = await joined({ ...cell, dataDir: follows });
    await node.active;
    await node.stop();
    expect((await store.heads(cell.cell)).get("t1")).toBe(head);
    expect(await compareWithLogs(store, cell.cell, follows)).toMatchObject({ different: [] });
  });

  it("are not active where another one was faster while they caught up", async () => {
    const { cell, head, digest } = await cutCell();
    // An entry that can't be read keeps the node from being active.
    await atClaim(cell.cell, toHead(head, digest));
    const { node, events } = await joined(cell);
    const active = expect(node.active).rejects.toThrow("another node has taken the cell");
    const epoch = async () =>
      (await store.primary.run("SELECT epoch FROM helios.cell WHERE name = $1", [cell.cell]))[0]!.epoch;
    await until(async () => (await epoch()) === "2");
    const taken = "UPDATE helios.cell SET epoch = 3, boot = $2 WHERE name = $1";
    await store.primary.run(taken, [cell.cell, randomUUID()]);
    await active;
    expect(events).toContain("fenced");
  });

  it("don't join where the store can't be reached, and can be stopped where it no longer answers", async () => {
    await expect(joined({ urls: ["postgres://127.0.0.1:9/none"], cell: randomUUID() })).rejects.toThrow("No primary");
    const cell = newCell();
    const { node } = await joined(cell);
    await node.active;
    await node.stop();
    // The claim of the next one waits for a standby that doesn't answer.
    const release = await store.standby.hold();
    onTestFinished(release);
    const next = await joined(cell);
    await wait(500);
    await next.node.stop();
    release();
  });

  it("begin with the databases of the first, and refuse those of another server", async () => {
    const cell = newCell();
    const [founder, other] = [folder(), folder()];
    for (const [dataDir, name] of [
      [founder, "ours"],
      [other, "theirs"],
    ] as const) {
      const host = await EngineHost.start({ dataDir, ...LIMITS });
      const run = (sql: string) =>
        host.database("t1").execute({ branch: "main", author: "tester", statements: [{ sql }] });
      await run("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)");
      await run(`INSERT INTO items (name) VALUES ('${name}')`);
      await host.close();
    }
    const process = await NodeProcess.start({ ...cell, dataDir: founder });
    await process.isActive(1);
    await expect(joined({ ...cell, dataDir: other })).rejects.toThrow("has databases, and the cell");
    expect([await rowsOf(other), existsSync(join(other, "cell.json"))]).toEqual([["theirs"], false]);
    await process.stop();
    await expectAll(cell.cell, founder, [process]);
    expect(await rowsOf(founder)).toContain("ours");
  });
});
