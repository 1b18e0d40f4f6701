import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import type { EntityManager } from "typeorm";
import type { Catalog } from "../../catalog/catalog.js";
import type { TenantEntity } from "../../catalog/tenant.entity.js";

type Row = { readonly [column: string]: string | number | null };

interface Table {
  readonly name: string;
  /** Which rows are a tenant's; $name and $directory stand for what the catalog calls it. */
  readonly where: string;
  /** Columns by which the rows are read in turn. */
  readonly key: readonly string[];
  /** A column that is numbered anew where the rows go. */
  readonly numbered?: string;
  /** How they are written. Default: INSERT. */
  readonly insert?: string;
}

const KEYS = "(SELECT id FROM api_keys WHERE tenant = $name)";
const WEBHOOKS = "(SELECT id FROM webhooks WHERE tenant = $directory)";

/**
 * What a catalog has of a tenant, in the order in which it can be written: the cursors come behind the deliveries, which
 * move them. Nonces have no tenant; a few that are others' do no harm.
 */
const TABLES: readonly Table[] = [
  { name: "tenants", where: "name = $name", key: ["directory"] },
  { name: "users", where: "tenant = $name", key: ["id"] },
  { name: "api_keys", where: "tenant = $name", key: ["id"] },
  { name: "sessions", where: `key_id IN ${KEYS}`, key: ["id"] },
  { name: "idempotency_keys", where: "tenant = $directory", key: ["id"] },
  { name: "webhooks", where: "tenant = $directory", key: ["id"] },
  { name: "webhook_deliveries", where: `webhook IN ${WEBHOOKS}`, key: ["number"], numbered: "number" },
  { name: "webhook_cursors", where: `webhook IN ${WEBHOOKS}`, key: ["webhook", "branch"], insert: "INSERT OR REPLACE" },
  { name: "used_nonces", where: "true", key: ["digest"], insert: "INSERT OR IGNORE" },
  { name: "audit_log", where: "tenant = $directory", key: ["id"], numbered: "id" },
];
/** What is not a tenant's alone, or can't be removed, stays. */
const STAYS = new Set(["used_nonces", "audit_log"]);

const ROWS_AT_ONCE = 1000;
const PART_BYTES = 1024 * 1024;
const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** The tenant's rows, in parts that `writeTenantRows` reads. */
export async function* tenantRows(catalog: Catalog, tenant: TenantEntity): AsyncGenerator<Uint8Array> {
  let lines: string[] = [];
  let bytes = 0;
  for (const table of TABLES) {
    for await (const row of rowsOf(catalog, table, tenant)) {
      const line = JSON.stringify([table.name, row]);
      lines.push(line);
      bytes += line.length;
      if (bytes < PART_BYTES) continue;
      yield await packed(lines);
      [lines, bytes] = [[], 0];
    }
  }
  if (lines.length > 0) yield await packed(lines);
}

/** Writes rows that have come with a tenant. Those of its audit log that are here already came with it before. */
export async function writeTenantRows(manager: EntityManager, parts: AsyncIterable<Uint8Array>): Promise<void> {
  const known = new Map(TABLES.map((table) => [table.name, table]));
  let audited: number | null = null;
  for await (const part of parts) {
    for (const line of (await inflate(part)).toString().split("\n")) {
      const [name, row] = JSON.parse(line) as [string, Row];
      const table = known.get(name);
      if (!table) throw new Error(`the rows of a tenant are of a table "${name}", which this release does not know`);
      if (name === "audit_log") {
        audited ??= await newestAudited(manager, row.tenant as string);
        if ((row.at as number) <= audited) continue;
      }
      await insert(manager, table, row);
    }
  }
}

/** Removes the rows of a tenant that has gone. Its triggers remove what hangs on it. */
export async function removeTenantRows(manager: EntityManager, tenant: TenantEntity): Promise<void> {
  for (const { name, where } of TABLES.toReversed()) {
    if (!STAYS.has(name)) await manager.query(`DELETE FROM ${name} WHERE ${bound(where)}`, valuesOf(where, tenant));
  }
}

async function* rowsOf(catalog: Catalog, { name, where, key }: Table, tenant: TenantEntity): AsyncGenerator<Row> {
  let last: readonly unknown[] | null = null;
  const columns = key.join(", ");
  for (;;) {
    const after: string = last === null ? "" : `AND (${columns}) > (${key.map(() => "?").join(", ")})`;
    const sql = `SELECT * FROM ${name} WHERE ${bound(where)} ${after} ORDER BY ${columns} LIMIT ${ROWS_AT_ONCE}`;
    const rows: readonly Row[] = await catalog.query<readonly Row[]>(sql, [
      ...valuesOf(where, tenant),
      ...(last ?? []),
    ]);
    yield* rows;
    if (rows.length < ROWS_AT_ONCE) return;
    last = key.map((column) => rows.at(-1)![column]);
  }
}

async function insert(
  manager: EntityManager,
  { name, numbered, insert: how = "INSERT" }: Table,
  row: Row,
): Promise<void> {
  const columns = Object.keys(row).filter((column) => column !== numbered);
  if (columns.some((column) => !/^[a-z_]+$/.test(column))) throw new Error(`a row of ${name} has a strange column`);
  const values = columns.map((column) => (name === "tenants" && column === "departing" ? 0 : row[column]));
  await manager.query(
    `${how} INTO ${name} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    values,
  );
}

async function newestAudited(manager: EntityManager, directory: string): Promise<number> {
  const sql = "SELECT max(at) AS at FROM audit_log WHERE tenant = ?";
  return (await manager.query<{ at: number | null }[]>(sql, [directory]))[0]?.at ?? Number.NEGATIVE_INFINITY;
}

function bound(where: string): string {
  return where.replaceAll(/\$(name|directory)/g, "?");
}

function valuesOf(where: string, { name, directory }: TenantEntity): string[] {
  return [...where.matchAll(/\$(name|directory)/g)].map(([, what]) => (what === "name" ? name : directory));
}

async function packed(lines: readonly string[]): Promise<Uint8Array> {
  return deflate(lines.join("\n"), { level: 1 });
}
