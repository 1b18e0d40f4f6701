import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { execute } from "../../support/http.js";
import { ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let helios: Helios;

beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  await execute(server, "main", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)");
});
afterAll(async () => {
  helios?.remove();
  await server?.remove();
});

it("backups are made and listed", async () => {
  const made = await helios.run(["backups", "create", "first", "-o", "json"]);
  expect([made.code, made.stderr]).toEqual([0, ""]);
  const backup = JSON.parse(made.stdout);
  expect(backup).toMatchObject({ name: "first", path: join(server.dataDir, "backups", "first"), databases: 1 });
  const listed = await helios.run(["backups", "list", "-o", "json"]);
  expect(JSON.parse(listed.stdout)).toEqual([backup]);
  const again = await helios.run(["backups", "create", "first"]);
  expect([again.code !== 0, again.stderr]).toEqual([true, expect.stringContaining("Backup 'first' already exists")]);
});
