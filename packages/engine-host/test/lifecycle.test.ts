import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { EngineHost } from "../dist/index.js";
import {
  codeOf,
  createItems,
  ENDLESS,
  faultyWorker,
  insert,
  isAlive,
  names,
  startHost,
  TEST_LIMITS,
  tempDir,
  UNHURRIED_MS,
  until,
  value,
} from "./support/host.js";

/** Starts a host in a process of its own, busy with a read and a write that do not end. */
async function startElsewhere(dataDir: string): Promise<{ kill(): Promise<void>; workers: number[] }> {
  const program = `
    import { EngineHost } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
    const host = await EngineHost.start(${JSON.stringify({ dataDir, ...TEST_LIMITS })});
    const db = host.database("t1");
    const execute = (sql) => db.execute({ branch: "main", author: "a", deadlineMs: ${UNHURRIED_MS}, statements: [{ sql }] });
    await execute("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
    await execute("INSERT INTO items (name) VALUES ('kept')");
    execute(${JSON.stringify(`INSERT INTO items (name) SELECT (${ENDLESS})`)}).catch(() => {});
    db.query({ branch: "main", deadlineMs: ${UNHURRIED_MS}, sql: ${JSON.stringify(ENDLESS)} }).catch(() => {});
    // Some of its processes start after the first requests.
    const look = setInterval(() => {
      const pids = Object.values(host.counters().pids).flat();
      if (pids.length < 5) return;
      clearInterval(look);
      console.log(JSON.stringify(pids));
    }, 50);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve) => child.stdout.once("data", (data) => resolve(String(data))));
  const kill = () =>
    new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    });
  return { kill, workers: JSON.parse(line) as number[] };
}

it("refuses a second host on the same folder, and starts again after the first is closed", async () => {
  const { host, db, dataDir } = await startHost();
  await createItems(db);
  await insert(db, "kept");
  expect(await codeOf(EngineHost.start({ dataDir, ...TEST_LIMITS }))).toBe("STORAGE_UNAVAILABLE");
  await insert(db, "still ours");
  await host.close();
  const again = await startHost({ dataDir });
  expect(await names(again.db)).toEqual(["kept", "still ours"]);
});

it("takes over from a killed host, whose busy processes end with it", async () => {
  const dataDir = tempDir();
  const first = await startElsewhere(dataDir);
  expect(first.workers).toHaveLength(5);
  await expect(EngineHost.start({ dataDir, ...TEST_LIMITS })).rejects.toMatchObject({
    code: "STORAGE_UNAVAILABLE",
    message: expect.stringContaining("in use"),
  });
  await first.kill();
  const { db } = await startHost({ dataDir });
  expect(await value(db, "SELECT group_concat(name) FROM items")).toBe("kept");
  await until(() => first.workers.every((pid) => !isAlive(pid)));
});

it("finishes what is in hand when it closes, takes nothing new, and leaves no process", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  const pids = Object.values(host.counters().pids).flat();
  const writes = Array.from({ length: 100 }, (_, n) => codeOf(insert(db, `n${n}`)));
  const reads = Array.from({ length: 100 }, () => codeOf(value(db, "SELECT count(*) FROM items")));
  const closed = host.close();
  expect(await codeOf(insert(db, "late"))).toBe("SHUTTING_DOWN");
  expect(await codeOf(value(db, "SELECT 1"))).toBe("SHUTTING_DOWN");
  expect(await codeOf(host.dropDatabase("t1"))).toBe("SHUTTING_DOWN");
  expect((await host.health()).ok).toBe(false);
  await closed;
  expect(new Set(await Promise.all([...writes, ...reads]))).toEqual(new Set(["fulfilled"]));
  expect(pids.filter(isAlive)).toEqual([]);
  await host.close();
});

it("survives the signals that a terminal sends to all its processes", async () => {
  const { host, db } = await startHost();
  await createItems(db);
  for (const pid of Object.values(host.counters().pids).flat()) {
    process.kill(pid, "SIGINT");
    process.kill(pid, "SIGTERM");
  }
  await insert(db, "kept");
  expect(await names(db)).toEqual(["kept"]);
  expect((await host.health()).restarts).toBe(0);
});

it("drops a database with all its files, ends what runs in it, and can make it anew", async () => {
  const { host, db, dataDir } = await startHost();
  await createItems(db);
  await insert(db, "gone");
  const endless = codeOf(db.query({ branch: "main", sql: ENDLESS }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  await Promise.all([host.dropDatabase("t1"), host.dropDatabase("t1")]);
  expect(await endless).toBe("TENANT_NOT_FOUND");
  expect(readdirSync(join(dataDir, "databases"))).toEqual([]);
  expect(await codeOf(insert(db, "late"))).toBe("TENANT_NOT_FOUND");
  const fresh = host.database("t1");
  await createItems(fresh);
  expect(await names(fresh)).toEqual([]);
  expect(existsSync(join(dataDir, "databases", "t1"))).toBe(true);
});

it("drops a database that nobody has used, or that is gone already", async () => {
  const { host, dataDir } = await startHost();
  host.database("unused");
  await host.dropDatabase("unused");
  await host.dropDatabase("never_named");
  expect(readdirSync(join(dataDir, "databases"))).toEqual([]);
});

it("refuses names that are no plain folder names", async () => {
  const { host } = await startHost();
  for (const name of ["", ".", "..", "a/b", "a.b", "a\0b"]) {
    expect(() => host.database(name)).toThrow(expect.objectContaining({ code: "INVALID_FIELD" }));
  }
});

it("does not start where a worker cannot, and says why", async () => {
  const dataDir = tempDir();
  const entries = { reader: faultyWorker("there-is-no-such-file") };
  expect(await codeOf(EngineHost.start({ dataDir, ...TEST_LIMITS, entries }))).toBe("WORKER_LOST");
  await startHost({ dataDir });
});

it("has requests wait until its processes have started, where nobody waits for those", async () => {
  const { host, ready } = await EngineHost.begin({ dataDir: tempDir(), ...TEST_LIMITS });
  onTestFinished(() => host.close());
  const db = host.database("t1");
  expect((await host.health()).parts[0]).toMatchObject({ name: "readers", ready: 0 });
  await createItems(db);
  await Promise.all([insert(db, "one"), ready]);
  expect(await names(db)).toEqual(["one"]);
});

it("says when a process that nobody waited for can't start, and gives its folder back", async () => {
  const dataDir = tempDir();
  const entries = { writer: faultyWorker("there-is-no-such-file") };
  const { host, ready } = await EngineHost.begin({ dataDir, ...TEST_LIMITS, entries });
  expect(await codeOf(ready)).toBe("WORKER_LOST");
  await host.close();
  await startHost({ dataDir });
});

it("serves all but first writes on branches where its helper can't start, and says why", async () => {
  const { host, db } = await startHost({ entries: { helper: faultyWorker("there-is-no-such-file") } });
  await createItems(db);
  await db.createBranch({ name: "dev" });
  await expect(insert(db, "refused", { branch: "dev" })).rejects.toMatchObject({
    code: "WORKER_LOST",
    message: expect.stringContaining("helper process could not be started"),
  });
  await insert(db, "one");
  expect(await names(db, "dev")).toEqual([]);
  expect(await names(db)).toEqual(["one"]);
  expect((await host.health()).parts).toContainEqual(
    expect.objectContaining({ name: "helpers", problem: expect.stringContaining("does not start") }),
  );
});

it("refuses a data folder that it cannot use, and says which", async () => {
  const dataDir = join(tempDir(), "file");
  writeFileSync(dataDir, "");
  await expect(EngineHost.start({ dataDir, ...TEST_LIMITS })).rejects.toMatchObject({
    code: "STORAGE_UNAVAILABLE",
    message: expect.stringContaining(dataDir),
  });
  const foreign = tempDir();
  writeFileSync(join(foreign, "lock.db"), "this is no SQLite file, and long enough for SQLite to notice ".repeat(20));
  expect(await codeOf(EngineHost.start({ dataDir: foreign, ...TEST_LIMITS }))).toBe("STORAGE_UNAVAILABLE");
});

it("tells its limits and its dialect", async () => {
  const { host } = await startHost();
  expect(host.capabilities()).toEqual({
    dialect: "sqlite",
    ...TEST_LIMITS,
    maxResultBytes: 33_554_432,
    files: true,
    jsonStreams: true,
    backups: true,
  });
});
