import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Cell, Connections, connectToPrimary, Stream, type StreamKey } from "../src/index.js";
import { Link } from "./support/link.js";
import { PROGRAMS, until } from "./support/postgres.js";
import { TestStore } from "./support/test-store.js";

const entry = (text: string) => ({ parts: [Buffer.from(text)], digest: `of ${text}`, made: [], gone: [] });

describe.skipIf(PROGRAMS === null)("a machine of the store that is lost without a word", () => {
  let store: TestStore;
  let link: Link;
  let connections: Connections;
  let key: StreamKey;

  beforeEach(async () => {
    store = await TestStore.start();
    link = await Link.to(store.primary.port);
    const throughLink = store.primary.url.replace(`:${store.primary.port}/`, `:${link.port}/`);
    connections = new Connections([throughLink, store.standby.url]);
    const { cell, epoch } = await store.cell();
    key = { cell, name: "db", epoch, writer: randomUUID() };
  });
  afterEach(async () => {
    await connections?.close();
    await link?.close();
    await store?.stop();
  });

  /** Nothing comes from the primary any more, and the standby takes its place. */
  const lose = async () => {
    link.cut();
    await store.primary.kill();
    await store.standby.promote();
    await store.standby.run("ALTER SYSTEM SET synchronous_standby_names = ''");
    await store.standby.run("SELECT pg_reload_conf()");
  };

  it("an append goes on with the server that has taken its place", async () => {
    const stream = await Stream.take(connections, key, randomUUID());
    await stream.append(entry("before"));
    link.cut();
    const append = stream.append(entry("on the way"));
    await lose();
    await append;
    await stream.append(entry("after"));
    const entries = await store.entries(key.cell, key.name);
    expect(entries.map(String)).toEqual(["before", "on the way", "after"]);
    stream.close();
  });

  it("whoever reads an entry hears that its connection has ended", async () => {
    const cell = new Cell(connections, key.cell);
    await cell.look();
    link.cut();
    const read = expect(cell.entry("db", 1)).rejects.toThrow("Connection terminated");
    await lose();
    await read;
    expect((await cell.look()).row.epoch).toBe(1);
  });

  it("is not waited for before the next server is asked", async () => {
    link.cut();
    const first: string[] = [];
    const cut = store.primary.url.replace(`:${store.primary.port}/`, `:${link.port}/`);
    await Promise.all([
      connectToPrimary([cut]).catch(() => first.push("given up")),
      connectToPrimary([cut, cut, store.primary.url]).then((client) => {
        first.push("connected");
        return client.end();
      }),
    ]);
    expect(first).toEqual(["connected", "given up"]);
  });

  it("a commit that waits for long is waited for: the primary has its connection", async () => {
    const stream = await Stream.take(connections, key, randomUUID());
    const goOn = await store.standby.hold();
    const append = stream.append(entry("late"));
    // Of the append, and of whoever would wait for it.
    const pids = async () => {
      const sql = "SELECT pid FROM pg_stat_activity WHERE wait_event_type IN ('IPC', 'Lock') AND state = 'active'";
      return (await store.primary.run(sql)).map(({ pid }) => pid);
    };
    await until(async () => (await pids()).length === 1);
    const before = await pids();
    // Several looks.
    await wait(5000);
    expect(await pids()).toEqual(before);
    goOn();
    await append;
    expect((await store.entries(key.cell, key.name)).map(String)).toEqual(["late"]);
    stream.close();
  });
});
