import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCatalog } from "../../dist/catalog/open-catalog.js";
import { unownedDatabases } from "../../dist/catalog/recovery.js";

let dataDir: string;
const path = () => join(dataDir, "catalog.db");
const kept = () => join(dataDir, "kept.db");
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "heliosdb-catalog-"));
  const catalog = await openCatalog(dataDir);
  await catalog.query("INSERT INTO tenants (directory, name, created_at) VALUES ('t_1', 'one', 1)");
  await catalog.destroy();
  copyFileSync(path(), kept());
  mkdirSync(join(dataDir, "databases", "t_1", "branches"), { recursive: true });
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function tenants(): Promise<string[]> {
  const catalog = await openCatalog(dataDir);
  try {
    return ((await catalog.query("SELECT name FROM tenants")) as { name: string }[]).map(({ name }) => name);
  } finally {
    await catalog.destroy();
  }
}

describe("a catalog that can't be that of the databases beside it", () => {
  const harms: Record<string, () => void> = {
    missing: () => rmSync(path()),
    empty: () => truncateSync(path()),
    "cut in half": () => truncateSync(path(), readFileSync(path()).length / 2),
    noise: () => writeFileSync(path(), "x".repeat(8192)),
    "another database": () => {
      rmSync(path());
      new Database(path()).exec("CREATE TABLE other (v)").close();
    },
    "a log without its file": () => {
      renameSync(path(), `${path()}-wal`);
      rmSync(join(dataDir, "databases"), { recursive: true });
    },
  };

  it.each(Object.keys(harms))("%s: is refused with what to do, and can be put right", async (harm) => {
    harms[harm]!();
    const [size, log] = [existsSync(path()) ? readFileSync(path()).length : null, existsSync(`${path()}-wal`)];
    await expect(openCatalog(dataDir)).rejects.toThrow(/catalog\.db.* Restore catalog\.db from a backup/);
    expect(existsSync(path()) ? readFileSync(path()).length : null).toBe(size);
    if (log) expect(existsSync(`${path()}-wal`)).toBe(true);
    for (const suffix of ["-wal", "-shm"]) rmSync(path() + suffix, { force: true });
    copyFileSync(kept(), path());
    expect(await tenants()).toEqual(["one"]);
  });
});

it("a new folder gets a catalog, and one whose databases are not there is opened", async () => {
  rmSync(join(dataDir, "databases"), { recursive: true });
  expect(await tenants()).toEqual(["one"]);
  rmSync(path());
  expect(await tenants()).toEqual([]);
});

it("databases that no tenant has are named, and empty folders are none", () => {
  mkdirSync(join(dataDir, "databases", "t_2", "branches"), { recursive: true });
  mkdirSync(join(dataDir, "databases", "t_3"));
  expect(unownedDatabases(dataDir, new Set(["t_1"]))).toEqual(["databases/t_2"]);
});

it("what the catalog has acknowledged is on the disk: synchronous is FULL", async () => {
  const catalog = await openCatalog(dataDir);
  expect(await catalog.query("PRAGMA synchronous")).toEqual([{ synchronous: 2 }]);
  expect(await catalog.query("PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
  await catalog.destroy();
});

it("a log that is damaged before its end is refused, and stays as it is", async () => {
  const catalog = await openCatalog(dataDir);
  for (const n of [2, 3, 4, 5]) {
    await catalog.query(`INSERT INTO tenants (directory, name, created_at) VALUES ('t_${n}', 'n${n}', 1)`);
  }
  const killed = mkdtempSync(join(tmpdir(), "heliosdb-catalog-"));
  for (const name of ["catalog.db", "catalog.db-wal"]) copyFileSync(join(dataDir, name), join(killed, name));
  await catalog.destroy();
  try {
    const log = readFileSync(join(killed, "catalog.db-wal"));
    log[32 + 24 + 100]! ^= 0x40;
    writeFileSync(join(killed, "catalog.db-wal"), log);
    await expect(openCatalog(killed)).rejects.toThrow(
      /catalog\.db-wal is damaged at byte 32, and newer commits follow\. Restore catalog\.db from a backup/,
    );
    expect(readFileSync(join(killed, "catalog.db-wal")).equals(log)).toBe(true);
  } finally {
    rmSync(killed, { recursive: true, force: true });
  }
});
