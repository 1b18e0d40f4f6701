import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { NewAuditEntry } from "../../src/audit/audit-entry.js";
import { AuditLog } from "../../src/audit/audit-log.js";
import type { Catalog } from "../../src/catalog/catalog.js";
import { openCatalog } from "../../src/catalog/open-catalog.js";

const DAY_MICROS = 86_400e6;

let folder: string;
let catalog: Catalog;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heliosdb-audit-"));
  catalog = await openCatalog(folder);
});
afterEach(async () => {
  await catalog.destroy();
  await rm(folder, { recursive: true, force: true });
});

function entry(requestId: string, daysAgo: number): NewAuditEntry {
  return {
    at: Date.now() * 1000 - daysAgo * DAY_MICROS,
    tenant: "t",
    userId: "u",
    keyId: null,
    clientId: null,
    method: "api_key",
    address: "127.0.0.1",
    operation: "branches.create",
    branch: "main",
    object: null,
    scn: null,
    status: 201,
    code: null,
    replayed: false,
    requestId,
    traceId: "0".repeat(32),
  };
}

/** Adds one entry and waits until it is written. */
async function add(log: AuditLog, requestId: string, daysAgo = 0): Promise<void> {
  log.add(entry(requestId, daysAgo), true);
  await log.flush();
}
const old = async () => {
  const sql = "SELECT count(*) AS n FROM audit_log WHERE request_id LIKE 'old-%'";
  return (await catalog.query<{ n: number }[]>(sql))[0]!.n;
};

it("removes what is too old in parts, batch by batch, and nothing else", async () => {
  const before = new AuditLog(catalog, pino({ level: "silent" }), null);
  for (let i = 0; i < 12_000; i++) before.add(entry(`old-${i}`, 10), false);
  await add(before, "young", 3);
  expect(await old()).toBe(12_000);

  const log = new AuditLog(catalog, pino({ level: "silent" }), 7);
  const left: number[] = [];
  for (const id of ["a", "b", "c", "d"]) {
    await add(log, id);
    left.push(await old());
  }
  expect(left).toEqual([7_000, 2_000, 0, 0]);
  const kept = await log.oldest({ tenant: "t" }, 100, 0);
  expect(kept.map(({ requestId }) => requestId)).toEqual(["young", "a", "b", "c", "d"]);
});

it("refuses to remove an entry that is not too old, whoever asks", async () => {
  const log = new AuditLog(catalog, pino({ level: "silent" }), 7);
  await add(log, "young", 3);
  await expect(catalog.query("DELETE FROM audit_log")).rejects.toThrow("append-only");
  await expect(catalog.query("UPDATE audit_log SET branch = 'other'")).rejects.toThrow("append-only");
});
