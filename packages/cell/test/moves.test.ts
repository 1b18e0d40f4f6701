import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Cell, Connections, cellAt, connectToPrimary, Directory, Fenced, Moves, Stream } from "@heliosdb/store";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PROGRAMS } from "../../store/test/support/postgres.js";
import { TestStore } from "../../store/test/support/test-store.js";
import { ArrivingFolder } from "../src/follow/arriving-folder.js";
import { allPages, made, moved, pages } from "./support/bytes.js";
import { emptyFolder, Logged, wrongInTables } from "./support/logged.js";

const [A, B] = ["branches/b1.db", "branches/b2.db"];
const NEVER = new AbortController().signal;

describe.skipIf(PROGRAMS === null)("a tenant on its way to another cell", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  /** A tenant with a log of base and entries, and a cell that it may go to. */
  async function begun() {
    const log = await Logged.begin(store);
    await log.append(made("meta.db"), allPages("meta.db", 3));
    await log.append(made(A), allPages(A, 150), moved("copied", A, B));
    await log.compact();
    await log.append(pages(A, 150, [1]));
    const { cell: target } = await store.cell();
    const tenant = `tenant-${randomUUID()}`;
    const { connections, cellName: source } = log;
    await new Directory(connections, source, NEVER).publish({
      tenants: [tenant],
      keys: [{ id: `k_${tenant}`, tenant }],
    });
    const moves = new Moves(connections);
    const asked = async () => {
      expect(await moves.ask(tenant, target)).toBe(true);
      const move = (await moves.find(tenant))!;
      await moves.accept(move, log.name, "{}");
      return (await moves.find(tenant))!;
    };
    const ready = async () => {
      const move = await asked();
      await moves.ready(move, 0);
      return (await moves.find(tenant))!;
    };
    const take = (cell: string, epoch = 1) =>
      Stream.take(connections, { cell, name: log.name, epoch, writer: randomUUID() }, randomUUID());
    return { log, tenant, source, target, connections, moves, asked, ready, take };
  }

  async function* parts(...texts: readonly string[]) {
    for (const text of texts) yield Buffer.from(text);
  }

  const entry = (text: string) => ({ parts: [Buffer.from(text)], digest: text, made: [], gone: [] });

  it("takes its log along with base and entries, and its former writer can't add to it", async () => {
    const { log, tenant, source, target, connections, moves, asked, take } = await begun();
    const move = await asked();
    const folder = emptyFolder();
    const arriving = new ArrivingFolder(connections, folder, log.name);
    expect(await arriving.follow(source)).toBe(log.seq);
    await moves.ready(move, 0);
    await log.append(pages(A, 150, [2, 149]));
    const before = Date.now() * 1000;
    expect(await moves.switchOver(move, { cell: source, epoch: 1 }, () => parts("rows", "more"))).toBe(true);
    await expect(log.stream.append(entry("late"))).rejects.toThrow(Fenced);

    const client = await connectToPrimary(store.urls);
    onTestFinished(() => client.end());
    await client.query("UPDATE cell SET whole = true, whole_at = coalesce(whole_at, 'epoch') WHERE name IN ($1, $2)", [
      ...[source, target],
    ]);
    const [left, came] = [await cellAt(client, source, before), await cellAt(client, target, before)];
    expect([left.possibleFrom > before, left.heads, came.heads]).toEqual([true, [], []]);
    expect((await cellAt(client, target, null)).heads).toHaveLength(1);

    expect((await new Cell(connections, source).look()).heads).toEqual([]);
    const [head] = (await new Cell(connections, target).look()).heads;
    expect(head).toMatchObject({ name: log.name, seq: log.seq });
    await arriving.settle(target);
    expect(readdirSync(folder)).toEqual([log.name]);
    const rows: string[] = [];
    for await (const part of moves.rows(move)) rows.push(String(part));
    expect(rows).toEqual(["rows", "more"]);
    expect(await new Directory(connections, target, NEVER).find({ key: `k_${tenant}` })).toMatchObject({
      tenant,
      cell: target,
      isMoving: true,
    });
    await moves.done(move);
    expect(await moves.find(tenant)).toBeNull();
    expect(await new Directory(connections, target, NEVER).find({ tenant })).toMatchObject({ isMoving: false });

    const stream = await take(target);
    expect(stream.known).toHaveLength(3);
    await stream.append(entry("next"));
    await expect(take(source)).resolves.toMatchObject({ seq: 0 });
    expect(await wrongInTables(store)).toEqual({});
  });

  it("is the same folder there, whether it was copied before, in part, or not at all", async () => {
    for (const before of ["all", "some", "nothing"]) {
      const { log, source, target, connections, moves, asked } = await begun();
      const folder = emptyFolder();
      const databases = join(folder, "databases");
      const arriving = new ArrivingFolder(connections, databases, log.name);
      const move = await asked();
      if (before !== "nothing") await arriving.follow(source);
      if (before === "some") await log.append(pages(A, 120, [3]), moved("renamed", B, "branches/b3.db"));
      if (before === "all") await log.append(pages(A, 150, [4]));
      if (before === "all") await arriving.follow(source);
      await moves.ready(move, 0);
      await moves.switchOver(move, { cell: source, epoch: 1 }, () => parts());
      await arriving.settle(target);
      const wrong = log.wrongIn(folder, join("databases", log.name));
      expect([before, wrong]).toEqual([before, []]);
    }
  });

  it("stays where another node serves its cell, and has the epoch of the one that serves the other", async () => {
    const { log, source, target, connections, moves, ready, take } = await begun();
    const move = await ready();
    await expect(moves.switchOver(move, { cell: source, epoch: 7 }, () => parts("x"))).rejects.toThrow(Fenced);
    expect((await moves.find(move.tenant))?.state).toBe("ready");

    const node = () => ({ node: "n", url: null, boot: randomUUID() });
    const cell = new Cell(connections, source);
    const claimed = await cell.claim((await cell.look()).row, node());
    await expect(moves.switchOver(move, { cell: source, epoch: 1 }, () => parts("x"))).rejects.toThrow(Fenced);
    const other = new Cell(connections, target);
    const row = (await other.look()).row;
    const [isGone] = await Promise.all([
      moves.switchOver(move, { cell: source, epoch: claimed! }, () => parts("x")),
      other.claim(row, node()),
    ]);
    expect(isGone).toBe(true);
    await expect(take(target, 2)).resolves.toMatchObject({ seq: log.seq });
  });

  it("is switched once, however often the answer is lost, and not at all after it has failed", async () => {
    const { source, moves, ready, tenant, connections } = await begun();
    const move = await ready();
    let attempts = 0;
    const rows = () => {
      attempts++;
      return parts(`rows of attempt ${attempts}`);
    };
    const lossy = new Connections(store.urls);
    onTestFinished(() => lossy.close());
    const take = lossy.take.bind(lossy);
    let isLost = false;
    lossy.take = async () => {
      const connection = await take();
      const query = connection.client.query.bind(connection.client) as (...args: unknown[]) => unknown;
      connection.client.query = (async (...args: unknown[]) => {
        const answer = await query(...args);
        if (args[0] === "COMMIT" && !isLost) {
          isLost = true;
          throw new Error("the answer was lost");
        }
        return answer;
      }) as never;
      return connection;
    };
    expect(await new Moves(lossy).switchOver(move, { cell: source, epoch: 1 }, rows)).toBe(true);
    expect([isLost, attempts]).toEqual([true, 1]);
    const there: string[] = [];
    for await (const part of moves.rows(move)) there.push(String(part));
    expect(there).toEqual(["rows of attempt 1"]);
    await moves.fail((await moves.find(tenant))!, "too late");
    expect((await moves.find(tenant))?.state).toBe("switched");

    const second = await begun();
    const failed = await second.ready();
    await second.moves.fail({ ...failed, state: "accepted" }, "it is further by now");
    expect((await second.moves.find(second.tenant))?.state).toBe("ready");
    await second.moves.fail(failed, "no room");
    expect(await second.moves.switchOver(failed, { cell: second.source, epoch: 1 }, () => parts("x"))).toBe(false);
    expect((await new Cell(connections, second.source).look()).heads).toHaveLength(1);
    // It may be asked for again, but not while it is under way.
    expect([await second.asked(), await second.moves.ask(second.tenant, second.source)]).toMatchObject([
      { state: "accepted", problem: null },
      false,
    ]);
  });

  it("is not given away where it is not as far as it seemed, and not taken before that is on two servers", async () => {
    const { source, moves, asked, tenant, connections } = await begun();
    // The look that showed it ready was taken back by a failover.
    const seemed = { ...(await asked()), state: "ready" as const };
    expect(await moves.switchOver(seemed, { cell: source, epoch: 1 }, () => parts("x"))).toBe(false);
    expect([(await moves.find(tenant))?.state, await moves.isSwitched(seemed)]).toEqual(["accepted", false]);

    await moves.ready(seemed, 0);
    const release = await store.standby.hold();
    const others = new Connections(store.urls);
    onTestFinished(() => others.close());
    const switching = new Moves(others).switchOver(seemed, { cell: source, epoch: 1 }, () => parts("x"));
    const states: unknown[] = [];
    try {
      // A wait that is cancelled shows what no other server has.
      const cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
      await expect
        .poll(async () => {
          await store.primary.run(cancel);
          return (await moves.find(tenant))?.state;
        })
        .toBe("switched");
      const looks = [moves.isSwitched(seemed), new Directory(connections, source, NEVER).owner(tenant)];
      for (const look of looks) void look.then((how) => states.push(how));
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(states).toEqual([]);
      release();
      await Promise.all(looks);
      expect(states).toContain(true);
      expect(await switching).toBe(true);
    } finally {
      release();
    }
  });

  it("leaves nothing behind where it does not come", async () => {
    const { log, source, connections } = await begun();
    const folder = emptyFolder();
    const arriving = new ArrivingFolder(connections, folder, log.name);
    await arriving.follow(source);
    arriving.giveUp();
    await expect.poll(() => readdirSync(folder)).toEqual([]);
    // What a node that was killed has left.
    const left = new ArrivingFolder(connections, folder, log.name);
    await left.follow(source);
    writeFileSync(join(folder, "kept"), "");
    ArrivingFolder.clear(folder);
    expect([readdirSync(folder), existsSync(join(folder, log.name))]).toEqual([["kept"], false]);
  });
});

describe.skipIf(PROGRAMS === null)("the directory of cells", () => {
  it("has each tenant once, with its keys, and forgets what a cell has no longer", async () => {
    const store = await TestStore.start();
    onTestFinished(() => store.stop());
    const connections = new Connections(store.urls);
    onTestFinished(() => connections.close());
    const [{ cell: one }, { cell: two }] = [await store.cell(), await store.cell()];
    const [first, second] = [new Directory(connections, one, NEVER), new Directory(connections, two, NEVER)];
    expect(await first.publish({ tenants: ["a", "b"], keys: [{ id: "k_a", tenant: "a" }] })).toEqual([]);
    // The key is of the other's tenant, and does not lead here.
    const twice = await second.publish({ tenants: ["b", "c"], keys: [{ id: "k_b", tenant: "b" }] });
    expect(twice).toEqual([{ tenant: "b", cell: one }]);
    expect(await second.find({ key: "k_b" })).toBeNull();
    expect(await second.find({ key: "k_a" })).toEqual({ tenant: "a", cell: one, url: null, isMoving: false });
    expect(await first.addTenant("c")).toBe(two);
    expect(await first.addTenant("a")).toBeNull();
    await second.removeTenant("a");
    expect(await second.find({ tenant: "a" })).toMatchObject({ cell: one });
    await first.addKey("k_c", "c");
    expect(await first.find({ key: "k_c" })).toBeNull();
    await first.publish({ tenants: ["b"], keys: [] });
    expect([await first.find({ tenant: "a" }), await first.find({ key: "k_a" })]).toEqual([null, null]);
    const self = { node: "n", url: "http://n:1", boot: randomUUID() };
    const cell = new Cell(connections, two);
    await cell.claim((await cell.look()).row, self);
    expect(await first.find({ tenant: "c" })).toMatchObject({ cell: two, url: "http://n:1" });
  });
});
