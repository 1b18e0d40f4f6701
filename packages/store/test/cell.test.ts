import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { beginShort } from "../src/begin-short.js";
import { Cell, Connections, cellStatus, connectToPrimary, Fenced, type ServingNode, Stream } from "../src/index.js";
import { PROGRAMS, until } from "./support/postgres.js";
import { TestStore } from "./support/test-store.js";

describe.skipIf(PROGRAMS === null)("a cell in a store with a synchronous standby", () => {
  let store: TestStore;
  let connections: Connections;
  let forStreams: Connections;
  beforeAll(async () => {
    store = await TestStore.start();
    connections = new Connections(store.urls);
    forStreams = new Connections(store.urls);
  });
  afterAll(async () => {
    await connections?.close();
    await forStreams?.close();
    await store?.stop();
  });

  const someone = (node = "n"): ServingNode => ({ node, url: `http://${node}`, boot: randomUUID() });

  async function newCell(): Promise<Cell> {
    const cell = new Cell(connections, randomUUID());
    await cell.create();
    await cell.create();
    return cell;
  }

  /** The process of a commit that waits for the standby. */
  async function waiting(): Promise<number> {
    const sql = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    await until(async () => (await store.primary.run(sql)).length > 0);
    return Number((await store.primary.run(sql))[0]!.pid);
  }

  it("is taken by one of those who saw it alike", async () => {
    const cell = await newCell();
    const { row } = await cell.look();
    expect(row).toEqual({ epoch: 0, renewed: 0, boot: null, node: null, url: null, isWhole: false, leaving: null });
    const nodes = ["a", "b", "c"].map(someone);
    const epochs = await Promise.all(nodes.map((node) => cell.claim(row, node)));
    expect(epochs.filter((epoch) => epoch !== null)).toEqual([1]);
    const winner = nodes[epochs.indexOf(1)]!;
    expect((await cell.look()).row).toEqual({ epoch: 1, renewed: 0, isWhole: false, leaving: null, ...winner });
    expect(await cell.claim({ epoch: 0, renewed: 0 }, someone())).toBeNull();
  });

  it("is not taken from who renewed meanwhile, and at once from who released it", async () => {
    const cell = await newCell();
    const first = someone();
    expect(await cell.claim({ epoch: 0, renewed: 0 }, first)).toBe(1);
    const { row } = await cell.look();
    expect(await cell.renew(1, first.boot)).toEqual({ isAskedToLeave: false, isReplicated: true });
    expect(await cell.claim(row, someone())).toBeNull();
    // Only who serves it can be asked to leave it.
    expect([await cell.askToLeave(1, someone().boot), await cell.askToLeave(1, first.boot)]).toEqual([false, true]);
    expect(await cell.renew(1, first.boot)).toEqual({ isAskedToLeave: true, isReplicated: true });
    await cell.release(1, first.boot);
    const { row: free } = await cell.look();
    expect(free).toMatchObject({ epoch: 1, renewed: 2, boot: null, leaving: first.boot });
    const second = someone();
    expect(await cell.claim(free, second)).toBe(2);
    await expect(cell.renew(1, first.boot)).rejects.toThrow(Fenced);
    await cell.release(1, first.boot);
    expect((await cell.look()).row.boot).toBe(second.boot);
  });

  it("has a standby's row written by its process only, and by one that names it as the one before", async () => {
    const cell = await newCell();
    const [first, second] = [someone(), someone()];
    const now = async () => (await cell.look("n")).standby?.boot ?? null;
    expect(await now()).toBeNull();
    await cell.report(first, 1, null);
    await cell.report(second, 2, null);
    await cell.report(second, 2, randomUUID());
    expect(await now()).toBe(first.boot);
    const { seen } = (await cell.look("n")).standby!;
    await cell.report(first, 3, null);
    expect((await cell.look("n")).standby!.seen).not.toBe(seen);
    await cell.report(second, 4, first.boot);
    expect(await now()).toBe(second.boot);
    await cell.leave(first);
    expect(await now()).toBe(second.boot);
    await cell.leave(second);
    expect(await now()).toBeNull();
  });

  it("has each append of the node before in its heads once it is taken, or refuses it", async () => {
    const cell = await newCell();
    const first = someone();
    await cell.claim({ epoch: 0, renewed: 0 }, first);
    const key = { cell: cell.name, name: "db", epoch: 1, writer: randomUUID() };
    const stream = await Stream.take(forStreams, key, randomUUID());
    const entry = (digest: string) => ({ parts: [Buffer.from(digest)], digest, made: [], gone: [] });
    const release = await store.standby.hold();
    const appended = stream.append(entry("one"));
    await waiting();
    const begun = Stream.take(forStreams, { ...key, name: "new", writer: randomUUID() }, randomUUID()).catch(
      (error: unknown) => error,
    );
    const claimed = cell.claim({ epoch: 1, renewed: 0 }, someone());
    await wait(300);
    release();
    await appended;
    expect(await claimed).toBe(2);
    const { heads } = await cell.look();
    expect(heads.find(({ name }) => name === "db")).toMatchObject({ seq: 1, digest: "one" });
    await expect(stream.append(entry("two"))).rejects.toThrow(Fenced);
    // It was begun before, and then it is the new node's; or it was not.
    const late = await begun;
    if (late instanceof Stream) await expect(late.append(entry("one"))).rejects.toThrow(Fenced);
    else expect(late).toBeInstanceOf(Fenced);
    expect((await cell.look()).heads.every(({ name, seq }) => seq === (name === "db" ? 1 : 0))).toBe(true);
    expect(Buffer.concat([...(await cell.entry("db", 1))]).toString()).toBe("one");
    expect(await cell.entry("db", 2)).toEqual([]);
  });

  it("doesn't wait for a node that stopped in the middle of an entry", async () => {
    const cell = await newCell();
    const first = someone();
    await cell.claim({ epoch: 0, renewed: 0 }, first);
    const key = { cell: cell.name, name: "db", epoch: 1, writer: randomUUID() };
    await Stream.take(forStreams, key, randomUUID());
    const stopped = await connectToPrimary(store.urls);
    const cutOff = new Promise((resolve) => stopped.once("end", resolve));
    await beginShort(stopped);
    await stopped.query("UPDATE stream SET head = head + 1 WHERE cell = $1", [cell.name]);
    expect(await cell.claim({ epoch: 1, renewed: 0 }, someone())).toBe(2);
    await cutOff;
    expect((await cell.look()).heads).toMatchObject([{ name: "db", seq: 0 }]);
  });

  it("locks what the next node needs only in transactions that the server ends", async () => {
    const cell = await newCell();
    const node = someone();
    await store.primary.run("CREATE TABLE helios.limits (what text, ms int)");
    await store.primary.run(
      `CREATE FUNCTION helios.note_limit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO helios.limits SELECT TG_TABLE_NAME, setting::int FROM pg_settings
         WHERE name = 'idle_in_transaction_session_timeout';
         RETURN NEW;
       END $$`,
    );
    for (const table of ["cell", "known_file"]) {
      await store.primary.run(
        `CREATE TRIGGER note_limit AFTER INSERT OR UPDATE ON helios.${table}
         FOR EACH STATEMENT EXECUTE FUNCTION helios.note_limit()`,
      );
    }
    try {
      await cell.claim({ epoch: 0, renewed: 0 }, node);
      const key = { cell: cell.name, name: "db", epoch: 1, writer: randomUUID() };
      const stream = await Stream.take(forStreams, key, randomUUID());
      const body = Buffer.alloc(2 * 1024 * 1024);
      await stream.append({ parts: [body, Buffer.from("end")], digest: "one", made: ["meta.db"], gone: [] });
      await cell.renew(1, node.boot);
      expect(await store.primary.run("SELECT what, ms FROM helios.limits")).toEqual([
        { what: "cell", ms: 5000 },
        { what: "known_file", ms: 5000 + 2048 },
        // One statement is over when the client hears of it.
        { what: "cell", ms: 30_000 },
      ]);
    } finally {
      await store.primary.run("DROP FUNCTION helios.note_limit() CASCADE");
      await store.primary.run("DROP TABLE helios.limits");
    }
  });

  it("tells who has claimed it only when a standby knows that too", async () => {
    const cell = await newCell();
    const node = someone();
    await cell.claim({ epoch: 0, renewed: 0 }, node);
    expect(await cell.claimedBy(someone().boot)).toBeNull();
    const release = await store.standby.hold();
    let told = false;
    const asked = cell.claimedBy(node.boot).then((epoch) => {
      told = true;
      return epoch;
    });
    await waiting();
    expect(told).toBe(false);
    release();
    expect(await asked).toBe(1);
  });

  it("keeps no process of the server waiting for a lock once its client is gone", async () => {
    const cell = await newCell();
    const [holder, gone] = [await connectToPrimary(store.urls), await connectToPrimary(store.urls)];
    const row = "UPDATE cell SET renewed = renewed WHERE name = $1";
    await holder.query("BEGIN");
    await holder.query(row, [cell.name]);
    const failed = gone.query(row, [cell.name]).then(
      () => false,
      () => true,
    );
    const waitingForLock = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query = $1";
    await until(async () => (await store.primary.run(waitingForLock, [row])).length === 1);
    (gone as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    expect(await failed).toBe(true);
    await until(async () => (await store.primary.run(waitingForLock, [row])).length === 0);
    expect((await holder.query("COMMIT")).command).toBe("COMMIT");
    await holder.end();
  });

  it("says with each renewal whether commits wait for a standby", async () => {
    const cell = await newCell();
    const node = someone();
    await cell.claim({ epoch: 0, renewed: 0 }, node);
    const replicated = async () => (await cell.renew(1, node.boot)).isReplicated;
    const [{ names } = { names: "" }] = await store.primary
      .run("SHOW synchronous_standby_names")
      .then((rows) => rows.map((each) => ({ names: String(each.synchronous_standby_names) })));
    const setNames = async (value: string) => {
      await store.primary.run(`ALTER SYSTEM SET synchronous_standby_names = '${value.replaceAll("'", "''")}'`);
      await store.primary.run("SELECT pg_reload_conf()");
    };
    expect(await replicated()).toBe(true);
    await setNames("");
    try {
      await until(async () => !(await replicated()));
    } finally {
      await setNames(names);
    }
    await until(replicated);
  });

  it("has its standbys' states hidden from a user who may not see them, and says so", async () => {
    const cell = await newCell();
    await store.primary.run("CREATE ROLE plain LOGIN");
    await store.primary.run("GRANT USAGE ON SCHEMA helios TO plain");
    await store.primary.run("GRANT SELECT ON ALL TABLES IN SCHEMA helios TO plain");
    const url = new URL(store.primary.url);
    url.username = "plain";
    expect((await cellStatus([url.href], cell.name)).store.replicas).toMatchObject([{ state: null, sync: null }]);
    await store.primary.run("GRANT pg_read_all_stats TO plain");
    expect((await cellStatus([url.href], cell.name)).store.replicas).toMatchObject([{ state: "streaming" }]);
  });

  it("is not renewed where no standby has heard of it", async () => {
    const cell = await newCell();
    const node = someone();
    await cell.claim({ epoch: 0, renewed: 0 }, node);
    const release = await store.standby.hold();
    try {
      const renewed = expect(cell.renew(1, node.boot)).rejects.toThrow("did not wait for a standby");
      await store.primary.run("SELECT pg_cancel_backend($1)", [await waiting()]);
      await renewed;
      await expect(cell.renew(1, node.boot)).rejects.toThrow("did not answer within 2000 ms");
    } finally {
      release();
    }
    await cell.renew(1, node.boot);
  });

  it("is known to be taken though the connection ended before the answer came", async () => {
    const cell = await newCell();
    const release = await store.standby.hold();
    try {
      const claimed = cell.claim({ epoch: 0, renewed: 0 }, someone());
      await store.primary.run("SELECT pg_terminate_backend($1)", [await waiting()]);
      await wait(300);
      release();
      expect(await claimed).toBe(1);
    } finally {
      release();
    }
    expect((await cell.look()).row.epoch).toBe(1);
  });
});
