import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  Connections,
  connectToPrimary,
  createStore,
  type Entry,
  Fenced,
  NoPrimary,
  Stream,
  type StreamKey,
} from "../src/index.js";
import { Postgres, PROGRAMS, until } from "./support/postgres.js";

const CELL = "main";

/** An entry of these parts that changes no list of files. */
function entry(...parts: readonly (string | Uint8Array)[]): Entry {
  const bodies = parts.map((part) => Buffer.from(part));
  return { parts: bodies, digest: `digest of ${bodies[0]!.toString("hex", 0, 20)}`, made: [], gone: [] };
}

describe.skipIf(PROGRAMS === null)("a stream in a store with a synchronous standby", () => {
  let primary: Postgres;
  let standby: Postgres;
  let connections: Connections;
  let name = 0;
  const opened: Stream[] = [];
  const aborts: AbortController[] = [];

  beforeAll(async () => {
    primary = await Postgres.primary();
    const client = await connectToPrimary([primary.url]);
    await createStore(client);
    await createStore(client);
    await client.query("INSERT INTO helios.cell VALUES ($1, 1)", [CELL]);
    await client.end();
    standby = await primary.standby();
    connections = new Connections([standby.url, primary.url]);
  });
  afterEach(async () => {
    for (const abort of aborts.splice(0)) abort.abort(new Error("the test is over"));
    for (const stream of opened.splice(0)) stream.close();
  });
  afterAll(async () => {
    await connections?.close();
    await primary?.stop();
    await standby?.stop();
  });

  const signal = () => {
    const abort = new AbortController();
    aborts.push(abort);
    return abort.signal;
  };

  const newKey = (): StreamKey => ({ cell: CELL, name: `db${name++}`, epoch: 1, writer: randomUUID() });

  async function take(key: StreamKey, kind: typeof Stream = Stream, folder = randomUUID()): Promise<Stream> {
    const stream = await kind.take(connections, key, folder, signal());
    opened.push(stream);
    return stream;
  }

  /** The parts of all entries, in order, as a server has them. */
  async function entriesOf(server: Postgres, key: StreamKey): Promise<string[]> {
    const sql =
      "SELECT seq, part, parts, encode(body, 'hex') AS body FROM helios.entry WHERE stream = $1 ORDER BY 1, 2";
    const rows = await server.run(sql, [key.name]);
    return rows.map(({ seq, part, parts, body }) => `${seq} ${part}/${parts} ${body}`);
  }

  /** The connection that waits for the standby. */
  const waiting = async (): Promise<number> => {
    let pid = 0;
    await until(async () => {
      const [row] = await primary.run("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
      pid = Number(row?.pid ?? 0);
      return pid !== 0;
    });
    return pid;
  };

  /** Whether a promise is still open after what would settle it has had its time. */
  const isOpen = async (promise: Promise<unknown>): Promise<boolean> =>
    (await Promise.race([promise.then(() => false), wait(1500, true)])) === true;

  it("has what it was given on both machines when it says so", async () => {
    const key = newKey();
    const stream = await take(key);
    const large = [randomBytes(3_000_000), randomBytes(2_000_000)];
    await stream.append(entry("one"));
    await stream.append(entry(...large));
    await stream.append(entry("three"));
    expect(stream.seq).toBe(3);
    const expected = [
      `1 1/1 ${Buffer.from("one").toString("hex")}`,
      ...large.map((part, i) => `2 ${i + 1}/2 ${part.toString("hex")}`),
      `3 1/1 ${Buffer.from("three").toString("hex")}`,
    ];
    await until(async () => (await entriesOf(standby, key)).length === expected.length);
    for (const server of [primary, standby]) {
      expect((await entriesOf(server, key)).every((text, i) => text === expected[i])).toBe(true);
    }
  });

  it("goes on where the last process stopped", async () => {
    const key = newKey();
    await (await take(key)).append(entry("one"));
    const next = await take({ ...key, writer: randomUUID() });
    expect(next.seq).toBe(1);
    await next.append(entry("two"));
    expect(await entriesOf(primary, key)).toHaveLength(2);
  });

  it("tells what the log of which folder ends with, and which files it has", async () => {
    const key = newKey();
    const folder = randomUUID();
    const first = await take(key, Stream, folder);
    expect([first.seq, first.digest, first.folder, first.known]).toEqual([0, "", folder, []]);
    await first.append({ ...entry("one"), digest: "d1", made: ["meta.db", "branches/b1.db"] });
    await first.append({
      ...entry("two"),
      digest: "d2",
      made: ["branches/b2.db", "meta.db"],
      gone: ["branches/b1.db"],
    });
    await first.append(entry("three", "in parts"));
    const next = await take({ ...key, writer: randomUUID() }, Stream, randomUUID());
    expect([next.seq, next.folder]).toEqual([3, folder]);
    expect(next.digest).toBe(entry("three").digest);
    expect([...next.known].sort()).toEqual(["branches/b2.db", "meta.db"]);
    expect((await next.read(3)).map(String)).toEqual(["three", "in parts"]);
    expect(await next.read(4)).toEqual([]);
  });

  it("removes a log, of which nothing is left when the database is made again", async () => {
    const key = newKey();
    const first = await take(key);
    await first.append({ ...entry("one"), made: ["meta.db"] });
    await first.drop();
    await expect(first.append(entry("late"))).rejects.toThrow(Fenced);
    const second = await take({ ...key, writer: randomUUID() });
    expect([second.seq, second.digest, second.known]).toEqual([0, "", []]);
    expect(await entriesOf(primary, key)).toEqual([]);
  });

  it("begins no log for a node that does not serve the cell", async () => {
    await expect(take({ ...newKey(), epoch: 2 })).rejects.toThrow(Fenced);
    await expect(take({ ...newKey(), cell: "another" })).rejects.toThrow(Fenced);
  });

  it("shares a few connections among many streams, and replaces those that end", async () => {
    const own = new Connections([primary.url], 2);
    const streams = await Promise.all(
      Array.from({ length: 6 }, () => Stream.take(own, newKey(), randomUUID(), signal())),
    );
    const others = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
    await connections.close();
    await until(async () => (await primary.run(others)).length === 2);
    await primary.run(`SELECT pg_terminate_backend(pid) FROM (${others}) AS o`);
    await Promise.all(streams.map((stream) => stream.append(entry("one"))));
    expect(await primary.run(others)).toHaveLength(2);
    await own.close();
  });

  it("takes nothing of a process from which the stream was taken, nor of an earlier node", async () => {
    const key = newKey();
    const first = await take(key);
    await first.append(entry("one"));
    const second = await take({ ...key, writer: randomUUID() });
    await expect(first.append(entry("late"))).rejects.toThrow(Fenced);
    await second.append(entry("two"));
    await primary.run("UPDATE helios.stream SET epoch = 2 WHERE name = $1", [key.name]);
    await expect(second.append(entry("late"))).rejects.toThrow(Fenced);
    await expect(take({ ...key, writer: randomUUID() })).rejects.toThrow(Fenced);
    expect((await entriesOf(primary, key)).map((text) => text.slice(0, 5))).toEqual(["1 1/1", "2 1/1"]);
  });

  it("waits for an append that is under way before another process takes the stream", async () => {
    const key = newKey();
    const first = await take(key);
    const release = await standby.hold();
    try {
      const late = first.append(entry("one"));
      await waiting();
      const second = take({ ...key, writer: randomUUID() });
      expect(await isOpen(second)).toBe(true);
      release();
      await late;
      expect((await second).seq).toBe(1);
    } finally {
      release();
    }
  });

  /** Appends while no standby has the entry, and cancels the wait for it. Tells whether the append still waits then. */
  async function waitsAfterCancel(kind: typeof Stream): Promise<boolean> {
    const key = newKey();
    const stream = await take(key, kind);
    await stream.append(entry("one"));
    const release = await standby.hold();
    try {
      const appended = stream.append(entry("two"));
      const pid = await waiting();
      await primary.run("SELECT pg_cancel_backend($1)", [pid]);
      // Others see it already.
      await until(async () => (await entriesOf(primary, key)).length === 2);
      const open = await isOpen(appended);
      release();
      await appended;
      expect(stream.seq).toBe(2);
      await until(async () => (await entriesOf(standby, key)).length === 2);
      expect(await entriesOf(primary, key)).toHaveLength(2);
      return open;
    } finally {
      release();
    }
  }

  it("does not take a cancelled wait for success, which the server does", async () => {
    expect(await waitsAfterCancel(Stream)).toBe(true);
    class TakesAnyAnswer extends Stream {
      protected override isUnknown(): boolean {
        return false;
      }
    }
    expect(await waitsAfterCancel(TakesAnyAnswer)).toBe(false);
  });

  it("does not ask by a query what became of an append: a query shows what no standby has", async () => {
    class AsksByQuery extends Stream {
      protected override async decide(): Promise<number> {
        const [row] = await primary.run("SELECT max(head) AS head FROM helios.stream WHERE name = $1", [
          `db${name - 1}`,
        ]);
        return Number(row!.head);
      }
    }
    expect(await waitsAfterCancel(AsksByQuery)).toBe(false);
  });

  it("adds an entry once though its connection ends while it waits", async () => {
    const key = newKey();
    const stream = await take(key);
    const release = await standby.hold();
    try {
      const appended = stream.append(entry("one"));
      const pid = await waiting();
      await primary.run("SELECT pg_terminate_backend($1)", [pid]);
      expect(await isOpen(appended)).toBe(true);
      release();
      await appended;
      expect(await entriesOf(primary, key)).toHaveLength(1);
    } finally {
      release();
    }
  });

  it("sends an entry again that the server never took", async () => {
    const key = newKey();
    const stream = await take(key);
    await stream.append(entry("one"));
    const mine = "pid <> pg_backend_pid() AND backend_type = 'client backend'";
    await primary.run(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${mine}`);
    await stream.append(entry("two"));
    await stream.append(entry("three", "in parts"));
    expect((await entriesOf(primary, key)).map((text) => text.slice(0, 5))).toEqual([
      "1 1/1",
      "2 1/1",
      "3 1/2",
      "3 2/2",
    ]);
  });

  it("gives up waiting when it is told to", async () => {
    const key = newKey();
    const stream = await take(key);
    const release = await standby.hold();
    try {
      const failed = expect(stream.append(entry("one"))).rejects.toThrow("the process ends");
      await waiting();
      aborts.at(-1)!.abort(new Error("the process ends"));
      await failed;
    } finally {
      release();
    }
  });

  it("gives up connecting when it is told to, and leaves no connection behind", async () => {
    const key = newKey();
    const abort = new AbortController();
    const own = new Connections([primary.url]);
    const taken = Stream.take(own, key, randomUUID(), abort.signal);
    abort.abort(new Error("the process ends"));
    await expect(taken).rejects.toThrow("the process ends");
    await Promise.all([own.close(), connections.close()]);
    const others = "SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
    await until(async () => (await primary.run(others)).length === 0);
  });

  it("says which servers it tried", async () => {
    const nowhere = "postgres://postgres@127.0.0.1:1/postgres";
    await expect(connectToPrimary([standby.url, nowhere])).rejects.toThrow(NoPrimary);
    await expect(connectToPrimary([standby.url, nowhere])).rejects.toThrow(/in recovery; .*ECONNREFUSED/);
  });

  // Last: the primary does not come back.
  it("keeps what it has said, and goes on at the standby, when the primary is lost", async () => {
    const key = newKey();
    const stream = await take(key);
    for (const text of ["one", "two"]) await stream.append(entry(text));
    await primary.kill();
    const appended = stream.append(entry("three"));
    await standby.promote();
    await appended;
    expect(await entriesOf(standby, key)).toHaveLength(3);
    const client = new pg.Client({ connectionString: standby.url });
    await client.connect();
    const { rows } = await client.query("SELECT head FROM helios.stream WHERE name = $1", [key.name]);
    await client.end();
    expect(rows).toEqual([{ head: "3" }]);
  });
});
