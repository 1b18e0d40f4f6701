import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Catalog } from "../../dist/catalog/catalog.js";
import { openCatalog } from "../../dist/catalog/open-catalog.js";
import { removeTenantRows, tenantRows, writeTenantRows } from "../../dist/cell/many/tenant-rows.js";

const ACME = { directory: "t_acme", name: "acme", createdAt: 1, departing: true };
const TABLES = [
  ...["tenants", "users", "api_keys", "sessions", "idempotency_keys", "webhooks", "webhook_deliveries"],
  ...["webhook_cursors", "used_nonces", "audit_log"],
];

async function emptyCatalog(): Promise<Catalog> {
  const folder = mkdtempSync(join(tmpdir(), "helios-tenant-rows-"));
  const catalog = await openCatalog(folder);
  onTestFinished(async () => {
    await catalog.destroy();
    rmSync(folder, { recursive: true });
  });
  return catalog;
}

/** Adds a row with these values, and any others that it needs. */
async function add(catalog: Catalog, table: string, values: { readonly [column: string]: unknown }): Promise<void> {
  const columns = await catalog.query<{ name: string; type: string; notnull: number; pk: number }[]>(
    `PRAGMA table_info(${table})`,
  );
  const needed = columns.filter(
    ({ name, notnull, pk, type }) => name in values || (notnull && !(pk && type === "INTEGER")),
  );
  const row = needed.map(({ name, type }) => values[name] ?? (type === "INTEGER" ? 7 : `${table} ${name}`));
  const names = needed.map(({ name }) => name);
  await catalog.query(`INSERT INTO ${table} (${names.join()}) VALUES (${names.map(() => "?").join()})`, row);
}

/** A tenant that has something of everything, and another one that has the same. */
async function fill(catalog: Catalog): Promise<void> {
  for (const name of ["acme", "other"]) {
    const directory = `t_${name}`;
    await add(catalog, "tenants", { directory, name, departing: name === "acme" ? 1 : 0 });
    await add(catalog, "users", { tenant: name, id: "ann", role: "editor" });
    await add(catalog, "api_keys", { id: `k_${name}`, tenant: name, branches: '["dev/*"]', expires_at: null });
    await add(catalog, "sessions", { id: `session of ${name}`, key_id: `k_${name}` });
    await add(catalog, "idempotency_keys", { id: `key of ${name}`, tenant: directory, outcome: '{"ä":"\\u0000"}' });
    await add(catalog, "webhooks", { id: `w_${name}`, tenant: directory });
    const delivery = { webhook: `w_${name}`, branch: "main", purpose: "event" };
    for (const [scn, status] of [
      [3, "delivered"],
      [9, "delivered"],
      [5, "failed"],
    ]) {
      await add(catalog, "webhook_deliveries", { ...delivery, status, seq: scn, scn, part: 0 });
    }
    await add(catalog, "audit_log", { tenant: directory, at: 10 });
    await add(catalog, "audit_log", { tenant: directory, at: 11, object: null });
    await add(catalog, "used_nonces", { digest: `nonce of ${name}`, used_at: 5 });
  }
  await catalog.query("UPDATE webhook_cursors SET scn = 12, seq = 12");
}

/** All rows of a tenant, without what is numbered anew. */
async function rowsOf(catalog: Catalog, name: string): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    const rows = await catalog.query<Record<string, unknown>[]>(`SELECT * FROM ${table}`);
    const mine = rows.filter((row) => JSON.stringify(row).includes(name));
    all[table] = mine.map(({ number: _, departing, ...row }) => (table === "audit_log" ? { ...row, id: 0 } : row));
  }
  return all;
}

const move = (from: Catalog, to: Catalog) =>
  to.transaction((manager) => writeTenantRows(manager, tenantRows(from, ACME)));

it("rows of a tenant come to another catalog as they are, and none of another tenant's", async () => {
  const [source, target] = [await emptyCatalog(), await emptyCatalog()];
  await fill(source);
  const before = await rowsOf(source, "acme");
  expect(TABLES.filter((table) => before[table]!.length === 0)).toEqual([]);
  await move(source, target);
  expect(await rowsOf(target, "acme")).toEqual(before);
  expect(await target.query("SELECT name, departing FROM tenants")).toEqual([{ name: "acme", departing: 0 }]);
  const others = await rowsOf(target, "other");
  // A nonce is no tenant's.
  expect(Object.entries(others).filter(([, rows]) => rows.length > 0)).toEqual([["used_nonces", expect.anything()]]);

  const other = await rowsOf(source, "other");
  await source.transaction((manager) => removeTenantRows(manager, ACME));
  const left = await rowsOf(source, "acme");
  expect(Object.keys(left).filter((table) => left[table]!.length > 0)).toEqual(["used_nonces", "audit_log"]);
  expect(await rowsOf(source, "other")).toEqual(other);
});

it("a tenant that comes back brings only those entries of its audit log that were added meanwhile", async () => {
  const [first, second] = [await emptyCatalog(), await emptyCatalog()];
  await fill(first);
  await move(first, second);
  await first.transaction((manager) => removeTenantRows(manager, ACME));
  await add(second, "audit_log", { tenant: "t_acme", at: 12 });
  await move(second, first);
  const audited = await first.query<{ at: number }[]>("SELECT at FROM audit_log WHERE tenant = 't_acme' ORDER BY id");
  expect(audited.map(({ at }) => at)).toEqual([10, 11, 12]);
});

it("more rows than are read at once come over whole", async () => {
  const [source, target] = [await emptyCatalog(), await emptyCatalog()];
  await add(source, "tenants", ACME);
  const many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)";
  await source.query(
    `${many} INSERT INTO idempotency_keys SELECT 'key ' || i, 't_acme', 'f', hex(zeroblob(500)), i FROM n`,
  );
  await move(source, target);
  const count = (catalog: Catalog) =>
    catalog.query("SELECT count(*) AS n, sum(created_at) AS sum FROM idempotency_keys");
  expect(await count(target)).toEqual(await count(source));
});

it("what this release does not know is refused", async () => {
  const target = await emptyCatalog();
  const { deflateRawSync } = await import("node:zlib");
  const write = (line: unknown) =>
    target.transaction((manager) =>
      writeTenantRows(
        manager,
        (async function* () {
          yield deflateRawSync(JSON.stringify(line));
        })(),
      ),
    );
  await expect(write(["secrets", { a: 1 }])).rejects.toThrow('a table "secrets"');
  await expect(write(["users", { "id) VALUES (1); --": 1 }])).rejects.toThrow("a strange column");
});
