import { randomUUID } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Replica, readFolderId } from "@heliosdb/journal";
import { Stream } from "@heliosdb/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "../../../store/test/support/postgres.js";
import { TestStore } from "../../../store/test/support/test-store.js";
import { FollowedFolder, type LogSource } from "../../src/follow/followed-folder.js";
import { allPages, made, moved, pages } from "../support/bytes.js";
import { emptyFolder, Logged } from "../support/logged.js";

const [A, B] = ["branches/b1.db", "branches/b2.db"];

describe.skipIf(PROGRAMS === null)("a folder that follows a log with a base", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  /** A log of two files, the larger one of three chunks. */
  async function begun(): Promise<Logged> {
    const log = await Logged.begin(store);
    await log.append(made("meta.db"), allPages("meta.db", 3));
    await log.append(made(A), allPages(A, 150), moved("copied", A, B));
    return log;
  }

  /** What the log tells, and how often the base was asked for. */
  function counted(log: Logged): LogSource & { bases: number } {
    const { cell } = log;
    return {
      bases: 0,
      entry: (name, seq) => cell.entry(name, seq),
      base(name, work) {
        this.bases++;
        return cell.base(name, work);
      },
    };
  }

  it("goes on with the entries while they are there, and begins anew from the base when one is not", async () => {
    const log = await begun();
    const { folder, follow } = log.follower();
    await follow();
    await log.append(pages(A, 150, [1]));
    await log.append(pages(A, 150, [2]));
    const source = counted(log);
    // The base is where the folder is.
    await log.compact(log.seq - 2);
    expect([await follow(source), source.bases, log.wrongIn(folder)]).toEqual([true, 0, []]);
    await log.append(pages(A, 120, [3]));
    await log.append(moved("renamed", B, "branches/b3.db"));
    await log.compact();
    await log.append(pages(A, 150, [150]));
    writeFileSync(join(folder, "data/branches/not-in-the-log"), "");
    expect([await follow(source), source.bases, log.wrongIn(folder)]).toEqual([true, 1, []]);
  });

  it("looks again where an entry is compacted between two looks", async () => {
    const log = await begun();
    const { folder, follow } = log.follower();
    await follow();
    await log.append(pages(A, 150, [1]));
    const source = counted(log);
    const late: LogSource = {
      base: (name, work) => source.base(name, work),
      entry: async (name, seq) => {
        // More than the head that is followed.
        await log.append(pages(A, 150, [seq]));
        await log.compact();
        return source.entry(name, seq);
      },
    };
    await follow(late);
    expect(await follow()).toBe(true);
    expect(log.wrongIn(folder)).toEqual([]);
  });

  it("is made again where it was made by half", async () => {
    const log = await begun();
    await log.compact();
    await log.append(pages(A, 150, [149]));
    const folder = emptyFolder();
    /** Fails in the middle of the larger files. */
    const broken: LogSource = {
      entry: (name, seq) => log.cell.entry(name, seq),
      base: (name, work) =>
        log.cell.base(name, async (base) => {
          async function* some() {
            let left = 2;
            for await (const chunk of base!.chunks()) {
              if (left-- === 0) throw new Error("the connection ended");
              yield chunk;
            }
          }
          return work(Object.assign(Object.create(base), { chunks: some }));
        }),
    };
    await expect(log.follower(folder).follow(broken)).rejects.toThrow("the connection ended");
    expect(existsSync(join(folder, "data", A))).toBe(true);
    expect([readFolderId(join(folder, "data")), existsSync(join(folder, "position.json"))]).toEqual([null, false]);
    // What a process that goes on after a crash finds.
    writeFileSync(join(folder, "data/branches/b9.db"), "left");
    expect(await log.follower(folder).follow()).toBe(true);
    expect(log.wrongIn(folder)).toEqual([]);
  });

  it("is not believed at any moment before it is made", async () => {
    const log = await begun();
    await log.compact();
    const folder = emptyFolder();
    const seen: string[] = [];
    /** Keeps what a crash would leave, before each chunk. */
    const source: LogSource = {
      entry: (name, seq) => log.cell.entry(name, seq),
      base: (name, work) =>
        log.cell.base(name, async (base) => {
          async function* kept() {
            for await (const chunk of base!.chunks()) {
              const copy = join(emptyFolder(), "copy");
              cpSync(folder, copy, { recursive: true });
              seen.push(copy);
              yield chunk;
            }
          }
          return work(Object.assign(Object.create(base), { chunks: kept }));
        }),
    };
    expect(await log.follower(folder).follow(source)).toBe(true);
    expect(seen.length).toBeGreaterThan(5);
    for (const copy of seen) {
      expect(await log.follower(copy).follow()).toBe(true);
      expect(log.wrongIn(copy)).toEqual([]);
    }
  });

  it("is not made from the base of a log that was begun anew under its name", async () => {
    const log = await begun();
    await log.compact();
    const folder = emptyFolder();
    const followed = new FollowedFolder(join(folder, "data"), join(folder, "position.json"));
    const head = (await log.cell.look()).heads.find(({ name }) => name === log.name)!;
    await followed.follow({ ...head, folder: randomUUID() }, log.cell, () => false);
    expect([followed.applied, existsSync(join(folder, "data/meta.db"))]).toEqual([0, false]);
    await followed.follow(head, log.cell, () => false);
    expect([followed.isAt(head), log.wrongIn(folder)]).toEqual([true, []]);
  });

  it("ends in the middle when it is told to, and is made again", async () => {
    const log = await begun();
    await log.compact();
    const folder = emptyFolder();
    const followed = new FollowedFolder(join(folder, "data"), join(folder, "position.json"));
    const head = (await log.cell.look()).heads.find(({ name }) => name === log.name)!;
    let asked = 0;
    await followed.follow(head, log.cell, () => ++asked > 6);
    followed.sync();
    expect(followed.isAt(head)).toBe(false);
    // The connection can be used again.
    expect(await log.follower(folder).follow()).toBe(true);
    expect(log.wrongIn(folder)).toEqual([]);
  });

  it("begins anew from the base where an entry that it has was taken back, and says so of a log that is broken", async () => {
    const log = await begun();
    await log.compact(1);
    const { folder, follow } = log.follower();
    await follow();
    // As if the entry that it has was lost, and another one has its number.
    const position = JSON.parse(readFileSync(join(folder, "position.json"), "utf8"));
    writeFileSync(join(folder, "position.json"), JSON.stringify({ ...position, digest: "another" }));
    expect(await log.follower(folder).follow()).toBe(true);
    expect(log.wrongIn(folder)).toEqual([]);
    await log.append(pages(A, 150, [1]));
    await store.primary.run("UPDATE helios.base SET digest = 'another' WHERE stream = $1", [log.name]);
    await expect(log.follower().follow()).rejects.toThrow("does not continue the log of this folder after 1");
  });

  it("is the log's whose stream is taken over after all its entries were compacted", async () => {
    const log = await begun();
    const { digest, folder, known } = log.stream;
    await log.compact();
    expect(known).toEqual([]);
    const key = { cell: log.cellName, name: log.name, epoch: 1, writer: randomUUID() };
    const taken = await Stream.take(log.connections, key, randomUUID());
    expect([taken.seq, taken.digest, taken.folder]).toEqual([2, digest, folder]);
    expect([...taken.known].sort()).toEqual([A, B, "meta.db"]);
    expect(await taken.read(2)).toEqual([]);
    const follower = log.follower();
    expect(await follower.follow()).toBe(true);
    log.stream = taken;
    await log.append(pages(A, 10, [5]));
    expect([await follower.follow(), log.wrongIn(follower.folder)]).toEqual([true, []]);
    await log.compact();
    await log.append(moved("copied", A, B));
    expect(await log.wrongInNew()).toEqual([]);
    const made = await taken.base(async (base) => base && [base.seq, base.files.length]);
    expect(made).toEqual([3, 3]);
  });

  it("leaves a folder that a replica goes on with after it is opened again", async () => {
    const log = await begun();
    await log.compact();
    const { folder, follow } = log.follower();
    await follow();
    const replica = new Replica(join(folder, "data"), join(folder, "position.json"));
    expect([replica.applied, replica.appliedDigest]).toEqual([2, log.stream.digest]);
    expect(readdirSync(join(folder, "data")).sort()).toEqual(["branches", "log-id", "meta.db"]);
    rmSync(join(folder, "data"), { recursive: true });
    expect(await log.follower(folder).follow()).toBe(true);
  });
});
