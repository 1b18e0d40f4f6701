import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Operations } from "@heliosdb/journal";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PROGRAMS, until } from "../../../store/test/support/postgres.js";
import { TestStore } from "../../../store/test/support/test-store.js";
import { withCellAt } from "../../src/copies/cell-source.js";
import { exportCell, makeFolderAt, TooEarly } from "../../src/index.js";
import { allPages, made, pages } from "../support/bytes.js";
import { emptyFolder, Logged } from "../support/logged.js";

const A = "branches/b1.db";
const GO_ON = new AbortController().signal;

describe.skipIf(PROGRAMS === null)("the moments of a cell", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  /** By the clock of the store, in µs. */
  async function now(): Promise<number> {
    const [row] = await store.primary.run("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now");
    return Number(row!.now);
  }

  async function wholeCell(): Promise<string> {
    const { cell } = await store.cell();
    await store.primary.run("UPDATE helios.cell SET whole = true, whole_at = clock_timestamp() WHERE name = $1", [
      cell,
    ]);
    return cell;
  }

  /** Adds an entry, and keeps what the folder is then, and when that was. */
  async function append(log: Logged, ...operations: Operations) {
    await log.append(...operations);
    const folder = emptyFolder();
    cpSync(log.original, folder, { recursive: true });
    return { seq: log.seq, at: await now(), folder };
  }

  /** What an export has otherwise than a kept folder; each is given a folder of its own. */
  async function wrongAt(cell: string, at: number | null, log: Logged, kept: { readonly folder: string }) {
    const folder = join(emptyFolder(), "export");
    await exportCell({ urls: store.urls, cell, folder, at, signal: GO_ON });
    expect(readdirSync(folder)).toEqual(["databases"]);
    const place = emptyFolder();
    cpSync(join(folder, "databases", log.name), join(place, "data"), { recursive: true });
    return Object.assign(Object.create(log) as Logged, { original: kept.folder }).wrongIn(place);
  }

  async function tooEarly(made: Promise<unknown>): Promise<TooEarly> {
    const error: unknown = await made.then(
      () => "it was made",
      (failed) => failed,
    );
    if (error instanceof TooEarly) return error;
    throw new Error(`expected one that is too early, got ${String(error)}`);
  }

  it("are those at which an entry was added, as far as the base is not later", async () => {
    const cell = await wholeCell();
    const log = await Logged.begin(store, cell);
    const states = [await append(log, made("meta.db"), allPages("meta.db", 2), made(A), allPages(A, 10))];
    for (let i = 1; i <= 4; i++) states.push(await append(log, pages(A, 10 + i, [i, 10 + i])));
    for (const state of states) expect(await wrongAt(cell, state.at, log, state)).toEqual([]);
    expect(await wrongAt(cell, null, log, states[4]!)).toEqual([]);

    await log.compact(3);
    for (const state of states.slice(2)) expect(await wrongAt(cell, state.at, log, state)).toEqual([]);
    const { possibleFrom } = await tooEarly(wrongAt(cell, states[1]!.at, log, states[1]!));
    expect(possibleFrom > states[1]!.at && possibleFrom <= states[2]!.at).toBe(true);
    expect(await wrongAt(cell, possibleFrom, log, states[2]!)).toEqual([]);
    await expect(wrongAt(cell, possibleFrom - 1, log, states[1]!)).rejects.toThrow(TooEarly);
    // The base alone.
    await log.compact();
    expect(await wrongAt(cell, null, log, states[4]!)).toEqual([]);
    await expect(wrongAt(cell, states[3]!.at, log, states[3]!)).rejects.toThrow(TooEarly);
  });

  it("have the logs that had begun, also where a later one was compacted since", async () => {
    const cell = await wholeCell();
    const log = await Logged.begin(store, cell);
    const first = await append(log, made("meta.db"), allPages("meta.db", 2));
    const other = await Logged.begin(store, cell);
    const begun = await now();
    await other.append(made("meta.db"), allPages("meta.db", 1));
    const second = await now();
    await other.append(pages("meta.db", 1, [1]));
    await other.compact();
    const third = await now();
    const names = async (at: number) => {
      const folder = emptyFolder();
      await exportCell({ urls: store.urls, cell, folder, at, signal: GO_ON });
      return readdirSync(join(folder, "databases")).sort();
    };
    expect(await names(first.at)).toEqual([log.name]);
    expect(await names(third)).toEqual([log.name, other.name].sort());
    for (const at of [begun, second]) {
      const { possibleFrom } = await tooEarly(names(at));
      expect(possibleFrom > second && possibleFrom <= third).toBe(true);
      expect(await names(possibleFrom)).toHaveLength(2);
    }
    expect((await tooEarly(names(first.at - 3_600_000_000))).possibleFrom).toBeLessThan(first.at);
  });

  it("are past ones, of cells that are whole, and make new folders only", async () => {
    const cell = await wholeCell();
    const log = await Logged.begin(store, cell);
    await log.append(made("meta.db"), allPages("meta.db", 2));
    const make = (options: object) =>
      exportCell({ urls: store.urls, cell, folder: emptyFolder(), at: null, signal: GO_ON, ...options });
    await expect(make({ at: (await now()) + 60_000_000 })).rejects.toThrow("that moment is not over");
    await expect(make({ cell: randomUUID() })).rejects.toThrow("the store has no cell");
    await expect(make({ cell: (await store.cell()).cell })).rejects.toThrow("has not sent all of its databases yet");
    const folder = emptyFolder();
    writeFileSync(join(folder, "a-file"), "");
    await expect(make({ folder })).rejects.toThrow(`${folder} is not empty`);
    await expect(make({ folder: join(folder, "a-file") })).rejects.toThrow("a-file is not a folder");
    expect(readdirSync(folder)).toEqual(["a-file"]);
    // What fails leaves nothing.
    await store.primary.run("UPDATE helios.entry SET body = '\\x00' WHERE stream = $1", [log.name]);
    const empty = emptyFolder();
    mkdirSync(join(empty, "inner"));
    await expect(make({ folder: join(empty, "inner") })).rejects.toThrow(
      `the log of ${log.name}: entry 1: the last part`,
    );
    expect(existsSync(join(empty, "inner")) ? readdirSync(join(empty, "inner")) : []).toEqual([]);
  });

  it("stay as they are while a folder is made, and logs can be compacted afterwards", async () => {
    const cell = await wholeCell();
    const log = await Logged.begin(store, cell);
    await log.append(made("meta.db"), allPages("meta.db", 2));
    const kept = await append(log, pages("meta.db", 2, [1]));
    const folder = emptyFolder();
    await withCellAt(store.urls, cell, null, async ({ moment, logs }) => {
      await log.append(pages("meta.db", 2, [2]));
      await expect(log.compact()).rejects.toThrow("somebody else compacts it");
      // A second one at the same time.
      await withCellAt(store.urls, cell, null, async (other) => expect(other.moment.heads[0]!.seq).toBe(3));
      const place = { folder: join(folder, "data"), positionFile: join(folder, "position.json") };
      await makeFolderAt(logs, moment.heads[0]!, place, GO_ON);
    });
    expect(Object.assign(Object.create(log) as Logged, { original: kept.folder }).wrongIn(folder)).toEqual([]);
    await until(async () => (await log.compact().catch(() => 0)) === 3);
  });

  it("are not told before no failover can take them back", async () => {
    const cell = await wholeCell();
    const log = await Logged.begin(store, cell);
    await log.append(made("meta.db"), allPages("meta.db", 2));
    const release = await store.standby.hold();
    onTestFinished(release);
    const appended = log.append(pages("meta.db", 2, [1]));
    let isMade = false;
    const exported = exportCell({ urls: store.urls, cell, folder: emptyFolder(), at: null, signal: GO_ON }).then(() => {
      isMade = true;
    });
    await wait(500);
    expect(isMade).toBe(false);
    release();
    await Promise.all([appended, exported]);
  });
});
