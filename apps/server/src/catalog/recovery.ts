import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { damagedLog } from "@heliosdb/engine-host";
import type { DataSource } from "typeorm";

const ADVICE = "Restore catalog.db from a backup, or move the folder's databases/ away to start with none.";

/**
 * Refuses to create a catalog in place of a missing one: all keys, users and tenants would be unknown, and their
 * databases would have no owner. Called before SQLite opens the file, since that would create it and delete the log
 * beside it.
 */
export function refuseWithoutCatalog(dataDir: string): void {
  const path = join(dataDir, "catalog.db");
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) return;
  const [database] = databasesIn(dataDir);
  const left = existsSync(`${path}-wal`) ? "catalog.db-wal" : database;
  if (left === undefined) return;
  throw new Error(`${path} is ${existsSync(path) ? "empty" : "missing"}, but ${left} exists. ${ADVICE}`);
}

/**
 * Refuses a catalog whose log is damaged before its end: keys that were revoked since would be valid again. Called before
 * SQLite opens the file, since the next write would go over what follows.
 */
export function refuseDamagedLog(dataDir: string): void {
  const path = join(dataDir, "catalog.db");
  const place = damagedLog(path);
  if (place === null) return;
  throw new Error(`${path}-wal is damaged at byte ${place}, and newer commits follow. ${ADVICE}`);
}

/** Opens the catalog. Refuses a file that SQLite can't read, or that is another database. */
export async function readCatalog(source: DataSource): Promise<void> {
  const path = String(source.options.database);
  let tables: { name: string }[];
  try {
    await source.initialize();
    tables = await source.query("SELECT name FROM sqlite_schema WHERE type = 'table'");
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    throw new Error(`${path} can't be read (${error instanceof Error ? error.message : String(error)}). ${ADVICE}`);
  }
  if (tables.length === 0 || tables.some(({ name }) => name === "migrations")) return;
  await source.destroy();
  throw new Error(`${path} is not a catalog: it contains the tables of another database. ${ADVICE}`);
}

/** Databases without a tenant, for example because a restored catalog does not know it. They are left alone. */
export function unownedDatabases(dataDir: string, owned: ReadonlySet<string>): string[] {
  return databasesIn(dataDir).filter((name) => !owned.has(name.slice("databases/".length)));
}

/** Folders with a record or branch files, as "databases/<name>". */
function databasesIn(dataDir: string): string[] {
  const folder = join(dataDir, "databases");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  const isUsed = (name: string) => ["meta.db", "branches"].some((part) => existsSync(join(folder, name, part)));
  return names.filter(isUsed).map((name) => `databases/${name}`);
}
