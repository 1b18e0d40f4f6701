import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "../support/http.js";
import { StartedServer } from "../support/process.js";
import { startServer } from "../support/server.js";

const KEY = "sk_test_abc123";
const MAIN = resolve(import.meta.dirname, "../../dist/bundle/main.js");

const started: StartedServer[] = [];
afterAll(() => Promise.all(started.map((server) => server.remove())));

interface Target {
  readonly url: string;
  readonly server: StartedServer;
}

async function start(dataDir?: string): Promise<Target> {
  const env = { HELIOSDB_ADMIN_API_KEY: KEY };
  const server = new StartedServer(dataDir === undefined ? [] : ["--data-dir", dataDir], env);
  started.push(server);
  return { server, url: await server.url() };
}

async function stop({ server }: Target): Promise<void> {
  server.process.kill("SIGTERM");
  await once(server.process, "exit");
}

async function must(target: Target, method: string, path: string, body?: unknown, key = KEY) {
  const answer = await call(target, method, path, body, { key });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

function execute(target: Target, branch: string, sql: string, key = KEY) {
  return must(target, "POST", `/v1/branches/${branch}/execute`, { sql }, key);
}

/** What a branch holds, as it stood at a commit: each row of the rounds, and the sums of the many before. */
async function state(target: Target, branch: string, scn: number) {
  const sql = `SELECT n, v FROM t WHERE n >= 0
    UNION ALL SELECT count(*), sum(n) || ' ' || max(v) || ' ' || min(v) FROM t WHERE n < 0`;
  const body = { sql, as_of: { type: "scn", value: scn } };
  const { rows, truncated } = await must(target, "POST", `/v1/branches/${branch}/query`, body);
  return { rows, truncated };
}

function check(folder: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "check", folder], { encoding: "utf8" });
  return { status, said: stdout + stderr };
}

describe("a backup of a server that is being written to", () => {
  let source: Target;
  let copy: Target;
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies field by field
  let backup: any;
  let savedKey = "";
  const acknowledgedBefore = new Map<string, number>();
  const commits = new Map<string, number[]>();

  beforeAll(async () => {
    source = await start();
    await must(source, "POST", "/v1/tenants", { name: "acme" });
    const made = await must(source, "POST", "/v1/auth/keys", { name: "acme", scopes: ["admin"] });
    savedKey = made.key;
    await execute(source, "main", "CREATE TABLE t (n INTEGER PRIMARY KEY, v TEXT)");
    await execute(
      source,
      "main",
      "INSERT INTO t SELECT value, hex(randomblob(500)) FROM (WITH RECURSIVE c(value) AS (SELECT -20000 UNION ALL SELECT value + 1 FROM c WHERE value < -1) SELECT value FROM c)",
    );
    await must(source, "POST", "/v1/branches", { name: "left" });
    await must(source, "POST", "/v1/branches", { name: "right" });
    await must(source, "POST", "/v1/branches", { name: "unwritten" });
    await must(source, "POST", "/v1/branches/main/snapshots", { name: "kept" });

    // Each round writes to one branch and then, when that has been acknowledged, to the other.
    let over = false;
    let rounds = 0;
    const writing = (async () => {
      for (let n = 1; !over; n++) {
        for (const branch of ["left", "right"]) {
          const { scn } = await execute(source, branch, `INSERT INTO t VALUES (${n}, 'round ${n}')`);
          commits.set(branch, [...(commits.get(branch) ?? []), scn]);
        }
        rounds = n;
      }
    })();
    const beside = (async () => {
      for (let n = 0; !over; n++) {
        const { scn } = await execute(source, "main", `INSERT INTO t VALUES (${n}, 'main')`);
        commits.set("main", [...(commits.get("main") ?? []), scn]);
      }
    })();
    while (rounds < 10) await new Promise((resolve) => setTimeout(resolve, 20));
    acknowledgedBefore.set("left", rounds).set("right", rounds);
    backup = await must(source, "POST", "/v1/backups", { name: "under-load" });
    const after = rounds;
    while (rounds < after + 5) await new Promise((resolve) => setTimeout(resolve, 20));
    over = true;
    await Promise.all([writing, beside]);
  });

  it("says what it is, and is listed", async () => {
    expect(backup).toMatchObject({ name: "under-load", path: join(source.server.dataDir, "backups", "under-load") });
    expect(backup.databases).toBeGreaterThanOrEqual(1);
    expect(backup.size_bytes).toBeGreaterThan(10_000_000);
    expect(await must(source, "GET", "/v1/backups")).toEqual({ total: 1, backups: [backup] });
  });

  it("is whole, and nobody else's to read", () => {
    expect(check(backup.path)).toEqual({ status: 0, said: expect.stringContaining("is complete and undamaged") });
    expect(statSync(backup.path).mode & 0o777).toBe(0o700);
    for (const name of ["catalog.db", "jwt.secret"]) {
      expect([name, statSync(join(backup.path, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    expect(readdirSync(backup.path)).not.toContain("backups");
  });

  it("is a data folder that a server starts on, with every commit that was acknowledged before", async () => {
    copy = await start(backup.path);
    const names = (await must(copy, "GET", "/v1/branches")).branches.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["main", "left", "right", "unwritten"]);
    const newest = new Map<string, number>();
    for (const branch of ["left", "right"]) {
      const { rows } = await must(copy, "POST", `/v1/branches/${branch}/query`, { sql: "SELECT max(n) AS n FROM t" });
      newest.set(branch, rows[0].n);
      expect(rows[0].n).toBeGreaterThanOrEqual(acknowledgedBefore.get(branch)!);
    }
    // One moment for all files: the second of a round is there only where the first is.
    const ahead = newest.get("left")! - newest.get("right")!;
    expect([0, 1]).toContain(ahead);
  });

  it("holds what the source held, now and at each earlier commit", async () => {
    for (const branch of ["left", "right", "main"]) {
      const found = await must(copy, "GET", `/v1/branches/${branch}`);
      const sampled = [...(commits.get(branch) ?? []), found.scn].filter((scn) => scn <= found.scn);
      for (const scn of sampled.filter((_, at) => at % 7 === 0 || at === sampled.length - 1)) {
        expect([branch, scn, await state(copy, branch, scn)]).toEqual([branch, scn, await state(source, branch, scn)]);
      }
    }
    const snapshots = await must(copy, "GET", "/v1/branches/main/snapshots");
    expect(snapshots.snapshots.map(({ name }: { name: string }) => name)).toEqual(["kept"]);
  });

  it("knows the tenants and the keys, and goes on from where it was", async () => {
    const tenants = await must(copy, "GET", "/v1/tenants");
    expect(tenants.tenants.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(["default", "acme"]),
    );
    await execute(copy, "unwritten", "INSERT INTO t VALUES (1000000, 'after')", savedKey);
    await must(copy, "POST", "/v1/branches/left/merge", { target: "main", strategy: "Theirs" });
    await stop(copy);
    expect(check(backup.path).status).toBe(0);
  });

  it("is looked at only where no server runs, and what is broken is named", () => {
    expect(check(source.server.dataDir)).toEqual({ status: 1, said: expect.stringContaining("is in use") });
    expect(check(join(backup.path, "databases"))).toEqual({
      status: 1,
      said: expect.stringContaining("is not a data folder"),
    });
    const branches = join(backup.path, "databases", "default", "branches");
    const [first, second] = readdirSync(branches).filter((name) => name.endsWith(".db"));
    rmSync(join(branches, first!));
    truncateSync(join(branches, second!), statSync(join(branches, second!)).size - 8192);
    writeFileSync(join(backup.path, "admin.key"), "secret", { mode: 0o644 });
    const { status, said } = check(backup.path);
    expect(status).toBe(1);
    expect(said).toContain(`PROBLEM database default: ${first} is missing`);
    expect(said).toContain(`PROBLEM database default: ${second}`);
    expect(said).toContain("PROBLEM admin.key can be read by other users");
  });

  it("takes a name of its own, and one backup at a time", async () => {
    const again = await call(source, "POST", "/v1/backups", { name: "under-load" }, { key: KEY });
    expect([again.status, again.body.code]).toEqual([409, "BACKUP_EXISTS"]);
    const bad = await call(source, "POST", "/v1/backups", { name: "../outside" }, { key: KEY });
    expect([bad.status, bad.body.code]).toEqual([400, "INVALID_FIELD"]);
    const both = await Promise.all([1, 2].map(() => call(source, "POST", "/v1/backups", undefined, { key: KEY })));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const { name } = both.find(({ status }) => status === 201)!.body;
    expect(name).toMatch(/^backup-\d{8}-\d{6}$/);
    expect((await must(source, "GET", "/v1/backups")).backups.map((one: { name: string }) => one.name)).toContain(name);
  });

  it("is refused while another is made, and made when the request is sent again with its key", async () => {
    const make = (name: string) =>
      call(source, "POST", "/v1/backups", { name }, { key: KEY, headers: { "idempotency-key": `key-of-${name}` } });
    const names = ["first", "second"];
    const both = await Promise.all(names.map(make));
    const refused = both.findIndex(({ status }) => status === 409);
    expect(both[refused]?.body.code).toBe("BACKUP_RUNNING");
    expect((await make(names[refused]!)).status).toBe(201);
    expect((await must(source, "GET", "/v1/backups")).backups.map((one: { name: string }) => one.name)).toEqual(
      expect.arrayContaining(names),
    );
  });

  it("leaves nothing that looks like a backup when the server is killed in the middle", async () => {
    const unfinished = join(source.server.dataDir, "backups", "cut-off.unfinished");
    const cut = call(source, "POST", "/v1/backups", { name: "cut-off" }, { key: KEY }).catch(() => null);
    while (!existsSync(unfinished)) await new Promise((resolve) => setTimeout(resolve, 1));
    source.server.process.kill("SIGKILL");
    await cut;
    mkdirSync(join(unfinished, "databases"), { recursive: true });
    const next = await start(source.server.dataDir);
    const names = (await must(next, "GET", "/v1/backups")).backups.map((one: { name: string }) => one.name);
    expect(names).not.toContain("cut-off");
    await must(next, "POST", "/v1/backups", { name: "cut-off" });
    expect(existsSync(unfinished)).toBe(false);
    expect(check(join(source.server.dataDir, "backups", "cut-off")).status).toBe(0);
    await stop(next);
  });
});

describe("backups", () => {
  it("are the server's own key's alone", async () => {
    const server = await startServer();
    try {
      for (const method of ["GET", "POST"]) {
        const answer = await call(server, method, "/v1/backups");
        expect([method, answer.status, answer.body.code]).toEqual([method, 403, "FORBIDDEN"]);
      }
      expect(existsSync(join(server.dataDir, "backups"))).toBe(false);
    } finally {
      await server.remove();
    }
  });
});
