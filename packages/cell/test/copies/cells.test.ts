import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineHost } from "@heliosdb/engine-host";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PROGRAMS, until } from "../../../store/test/support/postgres.js";
import { TestStore } from "../../../store/test/support/test-store.js";
import { CellNode, type CellNodeOptions, exportCell, importCell, rebuildCell } from "../../src/index.js";

const LEASE = 4000;
const LIMITS = { defaultDeadlineMs: 20_000, maxDeadlineMs: 60_000, maxRows: 1_000_000 };
const GO_ON = new AbortController().signal;
const ITEMS = "CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)";

describe.skipIf(PROGRAMS === null)("cells with databases", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  const folder = () => {
    const dataDir = mkdtempSync(join(tmpdir(), "helios-copies-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
    return dataDir;
  };
  const newCell = () => ({ urls: store.urls, cell: randomUUID(), leaseMs: LEASE });
  type NewCell = ReturnType<typeof newCell>;

  async function joined(cell: NewCell, node: string, options: Partial<CellNodeOptions> = {}) {
    const made = await CellNode.join({ node, url: null, dataDir: folder(), onFenced: () => {}, ...cell, ...options });
    onTestFinished(() => made.stop());
    return made;
  }

  async function hosted(dataDir: string, of?: { readonly cell: NewCell; readonly epoch: number }) {
    const log = of && { store: { urls: of.cell.urls, cell: of.cell.cell, epoch: of.epoch } };
    const host = await EngineHost.start({ dataDir, ...log, ...LIMITS });
    onTestFinished(() => host.close());
    const run = (database: string, sql: string, branch = "main") =>
      host.database(database).execute({ branch, author: "tester", statements: [{ sql }] });
    const names = async (database: string, branch = "main") => {
      const { rows } = await host.database(database).query({ branch, sql: "SELECT name FROM items ORDER BY id" });
      return rows.map(([name]) => String(name));
    };
    return { host, run, names, close: () => host.close() };
  }

  /** A node that serves its own databases. */
  async function served(cell: NewCell, dataDir = folder()) {
    const node = await joined(cell, "first", { dataDir });
    const { epoch } = await node.active;
    const databases = await hosted(dataDir, { cell, epoch });
    for (const name of ["a", "b"]) await databases.run(name, ITEMS);
    await node.makeWhole();
    return { ...databases, node, epoch };
  }

  it("are exported while they are written: what was acknowledged before is there, and no effect without its cause", async () => {
    const cell = newCell();
    const { run, close } = await served(cell);
    let isOver = false;
    let told = 0;
    // Each row of the second database follows one of the first.
    const writing = [0, 1, 2].map(async (k) => {
      for (let n = 0; !isOver; n++) {
        for (const name of ["a", "b"]) await run(name, `INSERT INTO items (name) VALUES ('${k} ${n}')`);
        told++;
      }
    });
    for (let i = 0; i < 2; i++) {
      const before = told;
      await until(async () => told > before + 20);
      const acknowledged = told;
      const made = join(folder(), "made");
      const { databases } = await exportCell({ ...cell, folder: made, at: null, signal: GO_ON });
      expect([databases, readdirSync(made)]).toEqual([2, ["databases"]]);
      expect(existsSync(join(made, "databases/a/log-id"))).toBe(false);
      const there = await hosted(made);
      const [a, b] = [await there.names("a"), await there.names("b")];
      expect(b.length).toBeGreaterThanOrEqual(acknowledged);
      expect(b.filter((name) => !a.includes(name))).toEqual([]);
      for (const k of [0, 1, 2]) {
        const mine = a.filter((name) => name.startsWith(`${k} `));
        expect(mine).toEqual(mine.map((_, n) => `${k} ${n}`));
        expect(mine.length - b.filter((name) => name.startsWith(`${k} `)).length).toBeLessThanOrEqual(1);
      }
      await there.run("a", "INSERT INTO items (name) VALUES ('afterwards')");
      await there.close();
    }
    isOver = true;
    await Promise.all(writing);
    await close();
  });

  /** A folder as a server leaves it that is killed: with logs that were not moved to their files. */
  async function ofKilledServer() {
    const dataDir = folder();
    const { host, run, close } = await hosted(dataDir);
    await run("a", ITEMS);
    await run("a", "INSERT INTO items (name) VALUES ('on main')");
    await host.database("a").createBranch({ name: "dev" });
    await run("a", "INSERT INTO items (name) VALUES ('on dev')", "dev");
    await run("b", ITEMS);
    await run(
      "b",
      "INSERT INTO items (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT hex(randomblob(500)) || i FROM n",
    );
    const killed = folder();
    cpSync(dataDir, killed, { recursive: true });
    await close();
    const catalog = new Database(join(killed, "catalog.db"));
    catalog.exec("CREATE TABLE keys (secret TEXT); INSERT INTO keys VALUES ('k')");
    catalog.close();
    writeFileSync(join(killed, "jwt.secret"), "a secret of this server, long enough\n");
    return killed;
  }
  const filesOf = (dataDir: string) =>
    Object.fromEntries(
      readdirSync(dataDir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [
          join(entry.parentPath, entry.name),
          readFileSync(join(entry.parentPath, entry.name), "base64"),
        ]),
    );
  const importing = (cell: NewCell, dataDir: string) => ({ ...cell, dataDir, needsReplication: true, signal: GO_ON });

  it("are imported from a folder, which stays as it is; a node with an empty folder serves them", async () => {
    const killed = await ofKilledServer();
    expect(existsSync(join(killed, "databases/a/branches/b1.db-wal")), "a log is left").toBe(true);
    const before = filesOf(killed);
    const cell = newCell();
    expect(await importCell(importing(cell, killed))).toBe(2);
    expect(filesOf(killed)).toEqual(before);
    // Nearly nothing is left to be followed.
    const [row] = await store.primary.run("SELECT count(*)::int AS n FROM helios.entry WHERE cell = $1", [cell.cell]);
    expect(row).toEqual({ n: 0 });

    const dataDir = folder();
    const node = await joined(cell, "n", { dataDir });
    const { epoch, isWhole } = await node.active;
    expect([epoch, isWhole]).toEqual([2, true]);
    const there = await hosted(dataDir, { cell, epoch });
    expect([await there.names("a"), await there.names("a", "dev")]).toEqual([["on main"], ["on main", "on dev"]]);
    expect(await there.names("b")).toHaveLength(500);
    await there.run("a", "INSERT INTO items (name) VALUES ('in the cell')", "dev");
    const catalog = new Database(join(dataDir, "catalog.db"), { readonly: true });
    expect(catalog.prepare("SELECT secret FROM keys").pluck().all()).toEqual(["k"]);
    catalog.close();
    expect(readFileSync(join(dataDir, "jwt.secret"), "utf8")).toBe(readFileSync(join(killed, "jwt.secret"), "utf8"));
    await there.close();
    await node.stop();
    const { problems } = await rebuildCell({ ...cell, folder: folder(), standby: null, signal: GO_ON });
    expect(problems).toEqual([]);
  });

  it("are imported to new cells only, from folders of servers only, and anew after an import that was ended", async () => {
    const killed = await ofKilledServer();
    const cell = newCell();
    const ending = new AbortController();
    const ended = importCell({
      ...importing(cell, killed),
      signal: ending.signal,
      onSent: (_, number, count) => {
        expect(count).toBe(2);
        if (number === 1) ending.abort(new Error("it was ended"));
      },
    });
    await expect(ended).rejects.toThrow("it was ended");
    // What is there by half is nobody's.
    const node = await joined(cell, "n");
    await until(async () => node.behind !== null);
    expect(
      await Promise.race([node.active.then(() => "active"), new Promise((done) => setTimeout(done, 600, "waits"))]),
    ).toBe("waits");
    await expect(exportCell({ ...cell, folder: folder(), at: null, signal: GO_ON })).rejects.toThrow("not sent all");
    // Another one at the same time.
    let second: Promise<unknown> = Promise.resolve();
    const first = importCell({
      ...importing(cell, killed),
      onSent: (_, number) => {
        if (number === 1) second = importCell(importing(cell, killed)).catch((error) => error.message);
      },
    });
    expect(await first).toBe(2);
    expect(await second).toMatch("another import to the cell");
    await node.active;
    await expect(importCell(importing(cell, killed))).rejects.toThrow(`there is a cell ${cell.cell} already`);
    await node.stop();

    writeFileSync(join(killed, "cell.json"), JSON.stringify({ cell: "other", role: "standby" }));
    await expect(importCell(importing(newCell(), killed))).rejects.toThrow("is the folder of a node of the cell other");
    await expect(importCell(importing(newCell(), folder()))).rejects.toThrow("is not a data folder");
  });

  it("are rebuilt, and what differs from a standby is found, page by page", async () => {
    const cell = newCell();
    const { run, node, close } = await served(cell);
    const fill =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) SELECT hex(randomblob(500)) || i FROM n";
    await run("a", `INSERT INTO items (name) ${fill}`);
    const dataDir = folder();
    const standby = await joined(cell, "second", { dataDir });
    await until(async () => standby.behind === 0);
    await standby.stop();
    await run("a", "INSERT INTO items (name) VALUES ('since')");
    const rebuild = async (standbyDir: string | null = dataDir) => {
      const { problems, compared, logs } = await rebuildCell({
        ...cell,
        folder: folder(),
        standby: standbyDir,
        signal: GO_ON,
      });
      return { problems, compared, logs };
    };
    expect(await rebuild()).toEqual({ problems: [], compared: 2, logs: 2 });
    expect(await rebuild(null)).toEqual({ problems: [], compared: 0, logs: 2 });
    await expect(rebuild(folder())).rejects.toThrow("is not the folder of a node");

    const [file] = readdirSync(join(dataDir, "databases/a/branches"));
    const path = join(dataDir, "databases/a/branches", file!);
    const bytes = readFileSync(path);
    const pageSize = bytes.readUInt16BE(16);
    for (const page of [5, 9]) bytes[(page - 1) * pageSize + 100]! ^= 1;
    writeFileSync(path, bytes);
    writeFileSync(join(dataDir, "databases/b/branches/b77.db"), "");
    rmSync(join(dataDir, "databases/b/meta.db"));
    expect((await rebuild()).problems).toEqual([
      `a in ${dataDir}: branches/${file} differs in 2 of its pages, the first one is page 5 of ${pageSize} bytes`,
      `b in ${dataDir}: branches/b77.db is there, and not in the log`,
      `b in ${dataDir}: meta.db is missing`,
    ]);
    writeFileSync(path, bytes.subarray(0, bytes.length - pageSize));
    expect((await rebuild()).problems[0]).toBe(
      `a in ${dataDir}: branches/${file} has ${bytes.length - pageSize} bytes, and ${bytes.length} in the log`,
    );
    await store.primary.run(
      "UPDATE helios.entry SET body = set_byte(body, 30, 255 - get_byte(body, 30)) WHERE cell = $1 AND stream = 'a' AND seq = 2",
      [cell.cell],
    );
    expect((await rebuild(null)).problems).toEqual(["the log of a: entry 2: the digest of the entry is wrong"]);
    await close();
    await node.stop();
    // Nobody else has taken it.
    await expect(rebuild(dataDir)).resolves.toBeDefined();
  });
});
