import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PROGRAMS, until } from "../../../store/test/support/postgres.js";
import { TestStore } from "../../../store/test/support/test-store.js";
import { allPages, made, moved, pages } from "../support/bytes.js";
import { Logged, wrongInTables } from "../support/logged.js";

const [A, B] = ["branches/b1.db", "branches/b2.db"];

describe.skipIf(PROGRAMS === null)("compaction of a log whose store loses its primary", () => {
  let store: TestStore;
  beforeEach(async () => {
    store = await TestStore.start();
  });
  afterEach(() => store?.stop());

  const waiting = (count: number) =>
    until(async () => {
      const sql = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
      return (await store.primary.run(sql)).length === count;
    });

  it("loses no entry that was acknowledged, and has none that was taken back", async () => {
    const log = await Logged.begin(store);
    await log.append(made(A), allPages(A, 100));
    await log.append(moved("copied", A, B));
    await log.compact();
    await log.append(pages(A, 100, [1]));
    const follower = log.follower();
    await follower.follow();
    await store.standby.run("ALTER SYSTEM SET primary_conninfo = ''");
    await store.standby.run("SELECT pg_reload_conf()");
    await until(async () => (await store.primary.run("SELECT 1 FROM pg_stat_replication")).length === 0);
    // Others see the entry, and no standby has it.
    const appended = log.append(pages(B, 80, [2]));
    await waiting(1);
    await store.primary.run("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    await until(async () => (await store.heads(log.cellName)).get(log.name) === log.seq);
    await follower.follow();
    const compacted = log.compact(log.seq, {}, log.bases).catch((error: Error) => error);
    // The writer asks what became of the entry, and the compaction waits as well.
    await waiting(2);
    await store.primary.kill();
    await store.standby.promote();
    expect(await compacted).toBeInstanceOf(Error);
    await appended;
    const after = TestStore.at(store.standby.port, store.primary.port);
    expect((await after.primary.run("SELECT seq FROM helios.base"))[0]).toEqual({ seq: "2" });
    expect(await wrongInTables(after)).toEqual({});
    expect(await log.wrongInNew()).toEqual([]);
    await log.compact();
    expect(await wrongInTables(after)).toEqual({});
    expect(await log.wrongInNew()).toEqual([]);
    expect([await follower.follow(), log.wrongIn(follower.folder)]).toEqual([true, []]);
  });
});
