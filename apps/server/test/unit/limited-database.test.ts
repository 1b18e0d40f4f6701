import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineHost } from "@heliosdb/engine-host";
import type { DatabasePort, HeliosError } from "@heliosdb/port";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { limitedDatabase } from "../../dist/limits/limited-database.js";

const folder = mkdtempSync(join(tmpdir(), "heliosdb-limited-"));
let host: EngineHost;
let database: DatabasePort;
let limited: DatabasePort;

const write = { branch: "main", author: "ann", onConflict: "error" } as const;
const head = async () => (await database.getBranch({ branch: "main" })).headScn;

beforeAll(async () => {
  host = await EngineHost.start({ dataDir: folder, defaultDeadlineMs: 30_000, maxDeadlineMs: 60_000, maxRows: 100 });
  database = host.database("d");
  const statements = [
    "CREATE TABLE seen (id INTEGER PRIMARY KEY, hidden INT REFERENCES hidden (id), own INT REFERENCES Seen (id))",
    "CREATE TABLE hidden (id INTEGER PRIMARY KEY)",
  ].map((sql) => ({ sql }));
  await database.execute({ branch: "main", author: "ann", statements });
  limited = limitedDatabase(database, { branches: null, tables: ["SEEN"] });
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a database limited to tables", () => {
  it("takes rows of further tables only for those that are seen", async () => {
    const before = await head();
    const row = { id: 1n };
    for (const also of [
      [{ table: "hidden", rows: [row] }],
      [
        { table: "seen", rows: [row] },
        { table: "Hidden", rows: [] },
      ],
    ]) {
      const error = (await limited
        .insertRows({ ...write, table: "seen", rows: [row], also })
        .catch((reason) => reason)) as HeliosError;
      expect([error.code, error.data]).toEqual(["TABLE_NOT_FOUND", { table: also.at(-1)!.table }]);
    }
    expect(await head()).toBe(before);
    const result = await limited.insertRows({
      ...write,
      table: "seen",
      rows: [row],
      also: [{ table: "SEEN", rows: [{ id: 2n }] }],
    });
    expect(result.inserted).toBe(2);
  });

  it("shows no foreign key to another table", async () => {
    const [table, ...others] = await limited.listTables({ branch: "main", details: true, tables: ["seen", "hidden"] });
    expect([table!.name, others]).toEqual(["seen", []]);
    expect(table!.details!.foreignKeys.map((key) => key.columns)).toEqual([["own"]]);
    expect(JSON.stringify(table!.details!.foreignKeys)).not.toContain("hidden");
  });

  it("reads distinct rows of those that are seen, and of no other", async () => {
    const read = { branch: "main", columns: "id", distinct: true, limit: 9, offset: 0, includeTotal: false } as const;
    expect((await limited.readTable({ ...read, table: "seen" })).rows).toHaveLength(2);
    await expect(limited.readTable({ ...read, table: "hidden" })).rejects.toThrow("Table 'hidden' not found");
    const filter = "id IN (SELECT id FROM hidden)";
    await expect(limited.readTable({ ...read, table: "seen", filter })).rejects.toThrow("can read other tables");
  });
});
