import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import { HeliumSession, send } from "../support/helium.js";
import { StartedServer } from "../support/process.js";

const ADMIN = "an-admin-key-for-tests";
const TIMEOUT_SECS = 600;

const started: StartedServer[] = [];
afterEach(async () => {
  for (const server of started.splice(0).reverse()) await server.remove();
});

function start(...args: string[]): StartedServer {
  const flags = ["--session-secs", String(TIMEOUT_SECS), "--log-level", "debug", "--access-log", "on", ...args];
  const server = new StartedServer(flags, { HELIOSDB_ADMIN_API_KEY: ADMIN });
  started.push(server);
  return server;
}

it("a crash makes a session shorter, by a tenth of its time at most, and never longer", async () => {
  const first = start();
  const url = await first.url();
  const session = await HeliumSession.open({ url }, "k_admin", ADMIN);
  const idle = await HeliumSession.open({ url }, "k_admin", ADMIN);
  const told = (await session.get([])).expiration!;
  expect(told).toBeGreaterThan(session.expiration);
  first.process.kill("SIGKILL");
  await once(first.process, "exit");

  const second = { url: await start("--data-dir", first.dataDir).url() };
  const { body } = await send(second, "GET", "/ping", { key: session.key });
  expect(body.validApiKey).toBe(true);
  expect(body.expiresAt).toBeLessThanOrEqual(told);
  expect(body.expiresAt).toBeGreaterThan(told - TIMEOUT_SECS * 100);
  expect((await send(second, "GET", "/ping", { key: idle.key })).body.expiresAt).toBe(idle.expiration);
  expect((await send(second, "GET", "/schemas", { key: session.key })).body).toEqual(["main"]);
});

it("the log names refused logins, and never a password or a session", async () => {
  const server = start();
  const url = await server.url();
  const session = await HeliumSession.open({ url }, "k_admin", ADMIN);
  await send({ url }, "POST", "/login", { body: "username=mallory&password=guessed-password" });
  await session.get(["main", "t", "pluck"], { secret: "selector-value" });
  await session.get(["main", "t", "data"], { filters: '[{"op":"eq","param":"a","value":"filter-value"}]' });
  const line = await server.logged(/^.*"operation":"heliumLogin","status":400.*$/m);
  expect(JSON.parse(line[0])).toMatchObject({ level: 30, msg: "request", route: "/api/v1/login" });
  await server.logged(/"operation":"heliumData"/);
  const all = server.stdout() + server.stderr();
  for (const secret of [ADMIN, session.key, "guessed-password", "selector-value", "filter-value", "mallory"])
    expect(all).not.toContain(secret);
});
