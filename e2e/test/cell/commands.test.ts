import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "../../../packages/store/test/support/postgres.js";
import { TestStore } from "../../../packages/store/test/support/test-store.js";
import { type NodeOptions, ServerNode, SHORT_LEASE } from "../../support/cell.js";
import { call, execute, must, query } from "../../support/http.js";
import { type ProgramResult, runProgram } from "../../support/program.js";
import { ServerProcess } from "../../support/server.js";

const MAIN = resolve(import.meta.dirname, "../../../apps/server/dist/bundle/main.js");

describe.skipIf(PROGRAMS === null)("the commands for a cell", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  const started: (ServerNode | ServerProcess)[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    for (const node of started.splice(0)) {
      await node.kill();
      if (node instanceof ServerNode) node.removeData();
      else await node.remove();
    }
    for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
  });

  const folder = () => {
    const path = mkdtempSync(join(tmpdir(), "helios-cell-commands-"));
    folders.push(path);
    return path;
  };
  const start = async (node: string, cell: string, options: Partial<NodeOptions> = {}) => {
    const made = await ServerNode.start({ urls: store.urls, cell, node, ...options });
    started.push(made);
    return made;
  };
  const serverOn = async (dataDir: string) => {
    const server = await ServerProcess.start({ dataDir });
    started.push(server);
    return server;
  };
  const heliosdb = (cell: string, ...args: string[]): Promise<ProgramResult> =>
    runProgram(process.execPath, [MAIN, ...args], {
      cwd: tmpdir(),
      env: { HELIOSDB_STORE_URLS: store.urls.join(","), HELIOSDB_CELL: cell, ...SHORT_LEASE },
    });
  const names = async (server: { url: string }) =>
    (await query(server, "main", "SELECT name FROM items ORDER BY id")).rows.map((row: { name: string }) => row.name);
  const insert = (server: { url: string }, name: string) =>
    execute(server, "main", "INSERT INTO items (name) VALUES ($1)", [name]);
  const storeTime = async () => {
    const [row] = await store.primary.run(
      "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') AS now",
    );
    return String(row!.now);
  };

  it("export makes a data folder of now, or of a moment, on which a server starts without the store", async () => {
    const cell = randomUUID();
    const node = await start("first", cell);
    await node.isActive();
    await execute(node, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
    await insert(node, "first");
    const { key } = await must(node, "POST", "/v1/auth/keys", { name: "made before", scopes: ["read"] });
    const moment = await storeTime();
    await insert(node, "second");
    await must(node, "POST", "/v1/branches", { name: "dev" });

    const [now, then] = [join(folder(), "now"), folder()];
    const made = await heliosdb(cell, "cell", "export", now);
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(made.stdout).toMatch(new RegExp(`^${now} has 1 databases as of \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\n$`));
    expect(await heliosdb(cell, "cell", "export", then, "--at", moment)).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(then).sort()).toEqual(expect.arrayContaining(["catalog.db", "databases", "jwt.secret"]));
    for (const path of [now, then]) {
      const { code, stdout } = await runProgram(process.execPath, [MAIN, "check", path]);
      expect([code, stdout]).toEqual([0, expect.stringContaining(path === now ? "(2 branches" : "(1 branches")]);
    }
    const ofThen = await serverOn(then);
    expect(await names(ofThen)).toEqual(["first"]);
    const read = await fetch(`${ofThen.url}/v1/branches`, { headers: { "x-api-key": key } });
    expect(read.status).toBe(200);
    await insert(ofThen, "of its own");

    const refused = async (...args: string[]) => {
      const { code, stdout, stderr } = await heliosdb(cell, "cell", "export", ...args);
      expect([code, stdout]).toEqual([1, ""]);
      return stderr;
    };
    expect(await refused(now)).toBe(`The cell could not be exported: ${now} is not empty\n`);
    expect(await refused(join(folder(), "x"), "--at", "2026-11-29T12:00:00")).toContain(
      'such as 2026-11-29T12:00:00Z or 2026-11-29T13:00:00+01:00, got "2026-11-29T12:00:00"',
    );
    expect(await refused(join(folder(), "x"), "--at", "2199-01-01T00:00:00Z")).toContain("that moment is not over");
    const empty = join(folder(), "x");
    const early = await refused(empty, "--at", "2020-01-01T00:00:00+01:00");
    expect(early).toContain("the store has no entries of that moment any more");
    const [oldest] = /\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(early)!;
    expect(await heliosdb(cell, "cell", "export", empty, "--at", oldest)).toMatchObject({ code: 0 });
  });

  it("import makes a cell of a stopped server's folder: empty nodes serve all of it, also its API keys", async () => {
    const cell = randomUUID();
    const before = await serverOn(folder());
    await execute(before, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
    await insert(before, "before");
    await must(before, "POST", "/v1/branches", { name: "dev" });
    await execute(before, "dev", "INSERT INTO items (name) VALUES ('on dev')");
    const { key } = await must(before, "POST", "/v1/auth/keys", { name: "made before", scopes: ["read"] });
    await must(before, "POST", "/v1/tenants", { name: "other" });
    const running = await heliosdb(cell, "cell", "import", before.dataDir);
    expect([running.code, running.stderr]).toEqual([1, expect.stringContaining("The folder could not be imported")]);
    await before.kill();
    const kept = join(folder(), "kept");
    cpSync(before.dataDir, kept, { recursive: true });

    const imported = await heliosdb(cell, "cell", "import", before.dataDir);
    expect(imported).toMatchObject({ code: 0, stderr: "" });
    expect(imported.stdout.split("\n").slice(-2)).toEqual([
      `The cell ${cell} has the 1 databases of ${before.dataDir}. Start its nodes with empty folders.`,
      "",
    ]);
    const first = await start("first", cell);
    await first.isActive();
    await insert(first, "in the cell");
    expect([await names(first), (await query(first, "dev", "SELECT name FROM items")).rows]).toEqual([
      ["before", "in the cell"],
      [{ name: "before" }, { name: "on dev" }],
    ]);
    const read = await fetch(`${first.url}/v1/branches`, { headers: { "x-api-key": key } });
    expect(read.status).toBe(200);
    expect((await must(first, "GET", "/v1/tenants")).tenants.map(({ name }: { name: string }) => name)).toContain(
      "other",
    );

    for (const [path, reason] of [
      [before.dataDir, `there is a cell ${cell} already`],
      [first.dataDir, `is the folder of a node of the cell ${cell}`],
      [folder(), "is not a data folder"],
    ] as const) {
      const { code, stderr } = await heliosdb(cell, "cell", "import", path);
      expect([code, stderr]).toEqual([1, expect.stringContaining(reason)]);
    }
    // What a server would refuse is not sent.
    rmSync(join(kept, "databases/default/meta.db"));
    const damaged = await heliosdb(randomUUID(), "cell", "import", kept);
    expect([damaged.code, damaged.stdout]).toEqual([
      1,
      expect.stringMatching(/PROBLEM.*meta\.db is missing[\s\S]*Nothing was sent/),
    ]);
    // The folder is no part of the cell, and as it was.
    const alone = await serverOn(before.dataDir);
    expect(await names(alone)).toEqual(["before"]);
  });

  it("verify finds nothing, or what is wrong in the store or on a standby, and leaves no folder", async () => {
    const cell = randomUUID();
    const node = await start("first", cell);
    await node.isActive();
    await execute(node, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
    await insert(node, "safe");
    const second = await start("second", cell);
    await second.isFollowing();
    expect(await second.stop()).toBe(0);
    await insert(node, "since");

    const place = folder();
    const verify = (...args: string[]) => heliosdb(cell, "cell", "verify", "--in", place, ...args);
    const fine = await verify("--with", second.dataDir);
    expect([fine.code, fine.stderr]).toEqual([0, ""]);
    expect(fine.stdout.split("\n")).toEqual([
      expect.stringMatching(/^database default: complete \(1 branches/),
      `${second.dataDir}: 2 folders were compared with their logs`,
      expect.stringMatching(/^The 2 logs of the cell .* are complete and undamaged$/),
      "",
    ]);
    expect(await verify("--with", node.dataDir)).toMatchObject({ code: 1, stdout: "" });
    const file = join(second.dataDir, "databases/default/branches/b1.db");
    const bytes = readFileSync(file);
    bytes[4096 + 2000]! ^= 1;
    writeFileSync(file, bytes);
    const other = await verify("--with", second.dataDir);
    expect([other.code, other.stdout]).toEqual([
      1,
      expect.stringContaining(
        `PROBLEM default in ${second.dataDir}: branches/b1.db differs in 1 of its pages, the first one is page 2 of 4096 bytes\n`,
      ),
    ]);
    await store.primary.run(
      "UPDATE helios.entry SET body = set_byte(body, 40, 255 - get_byte(body, 40)) WHERE cell = $1 AND stream = 'default' AND seq = 2",
      [cell],
    );
    const damaged = await verify();
    expect([damaged.code, damaged.stdout]).toEqual([
      1,
      `PROBLEM the log of default: entry 2: the digest of the entry is wrong\nThe cell ${cell} has 1 problems\n`,
    ]);
    expect(readdirSync(place)).toEqual([]);
  });

  it("step-down has a standby take over under load, and nothing that was acknowledged is lost", async () => {
    const cell = randomUUID();
    // An active node learns with a renewal that it was asked to leave.
    const options = { env: SHORT_LEASE };
    const first = await start("first", cell, options);
    await first.isActive();
    await execute(first, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
    const alone = await heliosdb(cell, "cell", "step-down");
    expect([alone.code, alone.stderr]).toEqual([
      1,
      "The active node could not be replaced: no standby was seen within 5 seconds, so nobody could take over from first\n",
    ]);
    const second = await start("second", cell, options);
    await second.isFollowing();
    const told: string[] = [];
    let isOver = false;
    const writing = [0, 1, 2, 3].map(async (k) => {
      for (let n = 0; !isOver; n++) {
        const name = `${k} ${n}`;
        const url = (n + k) % 2 === 0 ? first.url : second.url;
        const body = { sql: "INSERT INTO items (name) VALUES ($1)", params: [name] };
        const answer = await call({ url }, "POST", "/v1/branches/main/execute", body).catch(() => null);
        if (answer?.status === 200) told.push(name);
        else await sleep(20);
      }
    });
    const rows = async (count: number) => {
      for (const wanted = told.length + count; told.length < wanted; ) await sleep(20);
    };
    await rows(50);
    const done = await heliosdb(cell, "cell", "step-down");
    expect([done.code, done.stdout, done.stderr]).toEqual([
      0,
      `first was asked to leave the cell ${cell}\nsecond has taken the cell ${cell} from first\n`,
      "",
    ]);
    expect(await first.ended()).toBe(75);
    await rows(50);
    isOver = true;
    await Promise.all(writing);
    const there = await names(second);
    expect(new Set(there).size).toBe(there.length);
    expect(told.filter((name) => !there.includes(name))).toEqual([]);

    // As a supervisor does.
    const again = await start("first", cell, { dataDir: first.dataDir, port: first.port });
    await again.isFollowing();
    expect(await names(again)).toEqual(there);
    expect(existsSync(join(again.dataDir, "cell.json"))).toBe(true);
  });
});
