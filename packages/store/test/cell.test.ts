import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Cell, Connections, Fenced, type ServingNode, Stream } from "../src/index.js";
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
    expect(await cell.renew(1, first.boot)).toBe(false);
    expect(await cell.claim(row, someone())).toBeNull();
    // Only who serves it can be asked to leave it.
    expect([await cell.askToLeave(1, someone().boot), await cell.askToLeave(1, first.boot)]).toEqual([false, true]);
    expect(await cell.renew(1, first.boot)).toBe(true);
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
