import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { EngineHost } from "@heliosdb/engine-host";
import { Connections } from "@heliosdb/store";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PROGRAMS, until } from "../../../store/test/support/postgres.js";
import { TestStore } from "../../../store/test/support/test-store.js";
import { CellNode, OwnFiles } from "../../src/index.js";
import { wrongInTables } from "../support/logged.js";

const LIMITS = { defaultDeadlineMs: 20_000, maxDeadlineMs: 60_000, maxRows: 1_000_000 };
/** No entry stays for long. */
const COMPACTION = { lookMs: 50, logBytes: 10_000, partOfBase: 0, keepBytes: 0 };

describe.skipIf(PROGRAMS === null)("the nodes of a cell whose logs are compacted", () => {
  let store: TestStore;
  let connections: Connections;
  beforeAll(async () => {
    store = await TestStore.start();
    connections = new Connections(store.urls);
  });
  afterAll(async () => {
    await connections?.close();
    await store?.stop();
  });

  const folder = () => {
    const dataDir = mkdtempSync(join(tmpdir(), "helios-compacted-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
    return dataDir;
  };

  async function joined(cell: string, dataDir: string) {
    const events: string[] = [];
    const node = await CellNode.join({
      ...{ urls: store.urls, cell, node: basename(dataDir), url: null, dataDir, leaseMs: 4000, compaction: COMPACTION },
      onFenced: () => events.push("fenced"),
      onEvent: (text) => events.push(text),
    });
    onTestFinished(() => node.stop());
    return { node, events };
  }

  async function host(cell: string, epoch: number, dataDir: string) {
    const notes: string[] = [];
    const started = await EngineHost.start({
      ...{ dataDir, store: { urls: store.urls, cell, epoch }, ...LIMITS },
      onEvent: (event) => notes.push(event.kind),
    });
    onTestFinished(() => started.close());
    const db = started.database("t1");
    const run = (sql: string, branch = "main") => db.execute({ branch, author: "tester", statements: [{ sql }] });
    const count = async (branch: string) => {
      const { rows } = await db.query({ branch, sql: "SELECT count(*), count(DISTINCT name) FROM items" });
      return rows[0]!.map(Number);
    };
    return { host: started, db, run, count, notes };
  }

  async function catalog(cell: string, epoch: number, dataDir: string) {
    const files = await OwnFiles.open(connections, { cell, epoch, writer: randomUUID() }, dataDir);
    const db = new Database(join(dataDir, "catalog.db"));
    onTestFinished(() => void db.close());
    db.pragma("wal_autocheckpoint = 0");
    files.opened(db);
    db.pragma("journal_mode = WAL");
    db.exec("CREATE TABLE IF NOT EXISTS keys (id INTEGER PRIMARY KEY, secret TEXT)");
    await files.settle();
    return { files, db };
  }

  /** No log is longer than it may be. */
  async function areCompacted(cell: string): Promise<void> {
    const sql = `SELECT s.name FROM helios.stream s WHERE s.cell = $1 AND NOT EXISTS (
      SELECT FROM helios.base b WHERE b.cell = s.cell AND b.stream = s.name AND s.bytes - b.folded <= ${COMPACTION.logBytes})`;

    await until(async () => (await store.primary.run(sql, [cell])).length === 0);
  }

  const INSERT = `INSERT INTO items (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
    SELECT hex(randomblob(50)) FROM n`;

  it("have everything that was acknowledged, from the base and from the entries after it", async () => {
    const [cell, first] = [randomUUID(), folder()];
    const active = await joined(cell, first);
    const { epoch } = await active.node.active;
    const own = await catalog(cell, epoch, first);
    const { host: served, db, run } = await host(cell, epoch, first);
    await run("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)");
    await active.node.makeWhole();
    const second = folder();
    const standby = await joined(cell, second);
    for (let i = 0; i < 40; i++) {
      await run(INSERT);
      own.db.prepare("INSERT INTO keys (secret) VALUES (hex(randomblob(2000)))").run();
      await own.files.settle();
      if (i === 20) {
        await db.createBranch({ name: "dev" });
        await run(INSERT, "dev");
        await areCompacted(cell);
      }
    }
    await areCompacted(cell);
    const late = await joined(cell, folder());
    await until(async () => late.node.behind === 0 && standby.node.behind === 0);
    await late.node.stop();
    await own.files.close(own.db);
    await served.close();
    await active.node.stop();
    expect([...active.events, ...late.events].filter((text) => !text.startsWith("serves"))).toEqual([]);

    const taken = await standby.node.active;
    const next = await host(cell, taken.epoch, second);
    expect([await next.count("main"), await next.count("dev")]).toEqual([
      [2000, 2000],
      [1100, 1100],
    ]);
    await next.run(INSERT);
    const theirs = await catalog(cell, taken.epoch, second);
    expect(theirs.db.prepare("SELECT count(*) FROM keys").pluck().get()).toBe(40);
    expect(theirs.db.pragma("integrity_check", { simple: true })).toBe("ok");
    await theirs.files.close(theirs.db);
    await areCompacted(cell);
    await next.host.close();

    // As a server that has lost its disk would find it.
    const lost = await host(cell, taken.epoch, folder());
    expect([await lost.count("main"), await lost.count("dev")]).toEqual([
      [2050, 2050],
      [1100, 1100],
    ]);
    expect(lost.notes).toContain("recovery");
    await lost.run(INSERT, "dev");
    await lost.host.close();
    await standby.node.stop();
    expect(await wrongInTables(store)).toEqual({});
  });
});
