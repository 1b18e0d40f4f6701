import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Connections, Fenced } from "@heliosdb/store";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PROGRAMS, until } from "../../store/test/support/postgres.js";
import { TestStore } from "../../store/test/support/test-store.js";
import { CellNode, OwnFiles } from "../src/index.js";

const LEASE = 4000;

describe.skipIf(PROGRAMS === null)("the catalog and the secrets of a cell", () => {
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
    const dataDir = mkdtempSync(join(tmpdir(), "helios-own-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
    return dataDir;
  };

  async function active(cell: string, dataDir: string) {
    const node = await CellNode.join({
      ...{ urls: store.urls, cell, node: basename(dataDir), url: null, dataDir, leaseMs: LEASE },
      onFenced: () => {},
    });
    onTestFinished(() => node.stop());
    const { epoch } = await node.active;
    // There are no databases to be sent.
    await node.makeWhole();
    return { node, epoch };
  }

  /** The catalog, as a server opens it. */
  async function opened(cell: string, epoch: number, dataDir: string) {
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

  /** What a node that takes the cell over has. */
  async function takenOver(cell: string) {
    const dataDir = folder();
    const { node } = await active(cell, dataDir);
    await node.stop();
    const db = new Database(join(dataDir, "catalog.db"), { readonly: true });
    try {
      expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
      return { dataDir, secrets: db.prepare("SELECT secret FROM keys ORDER BY id").pluck().all() };
    } finally {
      db.close();
    }
  }
  const insert = (db: Database.Database, secret: string) =>
    db.prepare("INSERT INTO keys (secret) VALUES (?)").run(secret);

  it("that the first node had before are on the next node", async () => {
    const [cell, dataDir] = [randomUUID(), folder()];
    const before = new Database(join(dataDir, "catalog.db"));
    before.pragma("journal_mode = WAL");
    before.exec("CREATE TABLE keys (id INTEGER PRIMARY KEY, secret TEXT); INSERT INTO keys (secret) VALUES ('before')");
    before.close();
    writeFileSync(join(dataDir, "jwt.secret"), "before\n");
    const { node, epoch } = await active(cell, dataDir);
    const { files, db } = await opened(cell, epoch, dataDir);
    insert(db, "since");
    await files.settle();
    await node.stop();
    const { dataDir: next, secrets } = await takenOver(cell);
    expect(secrets).toEqual(["before", "since"]);
    expect(readFileSync(join(next, "jwt.secret"), "utf8")).toBe("before\n");
    expect(statSync(join(next, "catalog.db")).mode & 0o077).toBe(0);
  });

  it("are on the next node as they were when their change was safe", async () => {
    const [cell, dataDir] = [randomUUID(), folder()];
    const { node, epoch } = await active(cell, dataDir);
    const { files, db } = await opened(cell, epoch, dataDir);
    writeFileSync(join(dataDir, "jwt.secret"), "first\n");
    files.addSecrets();
    insert(db, "a");
    await files.settle();
    // More than a log may have before it is moved to its file.
    for (let n = 0; n < 40; n++) {
      db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
               INSERT INTO keys (secret) SELECT hex(randomblob(400)) FROM n`);
      await files.settle();
      db.exec("DELETE FROM keys WHERE secret <> 'a'");
      await files.settle();
    }
    insert(db, "b");
    const both = [files.settle(), files.settle()];
    await Promise.all(both);
    expect((db.pragma("wal_checkpoint(NOOP)") as { log: number }[])[0]!.log).toBeLessThan(3000);
    // Committed, and nobody has heard of it.
    insert(db, "never told");
    await node.stop();
    const { dataDir: next, secrets } = await takenOver(cell);
    expect(secrets).toEqual(["a", "b"]);
    expect(readFileSync(join(next, "jwt.secret"), "utf8")).toBe("first\n");
    expect(existsSync(join(next, "admin.key"))).toBe(false);
  });

  it("go on where the same node starts again, with what was committed and not sent", async () => {
    const [cell, dataDir] = [randomUUID(), folder()];
    const first = await active(cell, dataDir);
    const { files, db } = await opened(cell, first.epoch, dataDir);
    insert(db, "a");
    await files.settle();
    insert(db, "b");
    // As a kill leaves it: the log of the file is there.
    const wal = readFileSync(join(dataDir, "catalog.db-wal"));
    await first.node.stop();
    db.close();
    writeFileSync(join(dataDir, "catalog.db-wal"), wal);
    writeFileSync(join(dataDir, "jwt.secret"), "replaced by hand\n");
    const second = await active(cell, dataDir);
    const again = await opened(cell, second.epoch, dataDir);
    expect(again.db.prepare("SELECT count(*) FROM keys").pluck().get()).toBe(2);
    await again.files.close(again.db);
    await second.node.stop();
    const { dataDir: next, secrets } = await takenOver(cell);
    expect(secrets).toEqual(["a", "b"]);
    expect(readFileSync(join(next, "jwt.secret"), "utf8")).toBe("replaced by hand\n");
  });

  it("are sent no more once another node serves the cell, and that node's replace them", async () => {
    const [cell, dataDir] = [randomUUID(), folder()];
    const first = await active(cell, dataDir);
    const { files, db } = await opened(cell, first.epoch, dataDir);
    insert(db, "a");
    await files.settle();
    await store.primary.run("UPDATE helios.cell SET boot = NULL WHERE name = $1", [cell]);
    const other = folder();
    const second = await active(cell, other);
    insert(db, "late");
    await expect(files.settle()).rejects.toThrow(Fenced);
    await expect(files.settle()).rejects.toThrow(Fenced);
    await first.node.stop();
    db.close();
    const theirs = await opened(cell, second.epoch, other);
    insert(theirs.db, "b");
    await theirs.files.close(theirs.db);
    await second.node.stop();
    const { node } = await active(cell, dataDir);
    await node.stop();
    const back = new Database(join(dataDir, "catalog.db"), { readonly: true });
    expect(back.prepare("SELECT secret FROM keys").pluck().all()).toEqual(["a", "b"]);
    back.close();
  });

  it("are refused where the catalog is gone or another one", async () => {
    const [cell, dataDir] = [randomUUID(), folder()];
    const { node, epoch } = await active(cell, dataDir);
    const { files, db } = await opened(cell, epoch, dataDir);
    await files.close(db);
    const kept = readFileSync(join(dataDir, "catalog.db"));
    rmSync(join(dataDir, "catalog.db"));
    await expect(opened(cell, epoch, dataDir)).rejects.toThrow("is missing, and the cell has one");
    writeFileSync(join(dataDir, "catalog.db"), kept);
    const id = readFileSync(join(dataDir, "own/log-id"), "utf8");
    writeFileSync(join(dataDir, "own/log-id"), `${randomUUID()}\n`);
    await expect(opened(cell, epoch, dataDir)).rejects.toThrow("is not the one whose log it would go on with");
    writeFileSync(join(dataDir, "own/log-id"), id);
    await (await opened(cell, epoch, dataDir)).files.settle();
    await until(async () => node.behind === 0);
  });
});
