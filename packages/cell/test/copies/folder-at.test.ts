import { randomUUID } from "node:crypto";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Operations } from "@heliosdb/journal";
import { Connections, type Head, Stream } from "@heliosdb/store";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PROGRAMS } from "../../../store/test/support/postgres.js";
import { TestStore } from "../../../store/test/support/test-store.js";
import { makeFolderAt, makeLog, ReadAhead } from "../../src/index.js";
import { allPages, bytesAt, made, moved, pages, removed } from "../support/bytes.js";
import { emptyFolder, Logged, wrongInTables } from "../support/logged.js";

const [A, B] = ["branches/b1.db", "branches/b2.db"];
const GO_ON = new AbortController().signal;

describe.skipIf(PROGRAMS === null)("a folder made up to an entry of a log", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  /** A log, and for each of its entries its head and a copy of the folder after it. */
  async function begun() {
    const log = await Logged.begin(store);
    const states: { readonly head: Head; readonly folder: string }[] = [];
    const all: Operations[] = [
      [made("meta.db"), allPages("meta.db", 3), made(A), allPages(A, 150)],
      [moved("copied", A, B), pages(A, 150, [7])],
      [pages(B, 10, [1, 10])],
      [moved("renamed", A, "branches/b3.db"), made(A), bytesAt(A, 300_000, 10)],
      [removed(B), pages("meta.db", 3, [2])],
      [pages("meta.db", 4, [4])],
    ];
    for (const operations of all) {
      await log.append(...operations);
      const { seq, digest, folder: id } = log.stream;
      const folder = emptyFolder();
      cpSync(log.original, folder, { recursive: true });
      states.push({ head: { name: log.name, seq, digest, folder: id }, folder });
    }
    const wrongAt = (state: (typeof states)[number], folder: string) =>
      Object.assign(Object.create(log) as Logged, { original: state.folder }).wrongIn(folder);
    return { log, states, wrongAt };
  }
  const placeIn = (folder: string) => ({ folder: join(folder, "data"), positionFile: join(folder, "position.json") });

  it("is what it was then, from the base and from where it was made before", async () => {
    const { log, states, wrongAt } = await begun();
    const logs = new ReadAhead(log.cell);
    const growing = emptyFolder();
    for (const base of [0, 2, 4, 6]) {
      if (base > 0) await log.compact(base);
      for (const state of states.slice(Math.max(0, base - 1))) {
        const folder = emptyFolder();
        await makeFolderAt(logs, state.head, placeIn(folder), GO_ON);
        expect([state.head.seq, base, wrongAt(state, folder)]).toEqual([state.head.seq, base, []]);
        rmSync(folder, { recursive: true });
      }
      await makeFolderAt(logs, states[Math.max(0, base - 1)]!.head, placeIn(growing), GO_ON);
      expect(wrongAt(states[Math.max(0, base - 1)]!, growing)).toEqual([]);
    }
  });

  it("is refused where the log can't give it, with the reason", async () => {
    const { log, states } = await begun();
    const make = (head: Head) => makeFolderAt(new ReadAhead(log.cell), head, placeIn(emptyFolder()), GO_ON);
    await expect(make({ ...states[2]!.head, digest: "another" })).rejects.toThrow("entry 3 is missing, or is another");
    await expect(make({ ...states[5]!.head, seq: 7 })).rejects.toThrow("entry 7 is missing");
    const change = (sql: string) => store.primary.run(sql, [log.name]);
    const flip = "set_byte(body, 20, 255 - get_byte(body, 20))";
    await change(`UPDATE helios.entry SET body = ${flip} WHERE stream = $1 AND seq = 4`);
    await expect(make(states[5]!.head)).rejects.toThrow("entry 4: the digest of the entry is wrong");
    await make(states[2]!.head);
    await change(`UPDATE helios.entry SET body = ${flip} WHERE stream = $1 AND seq = 4`);
    await log.compact(4);
    await expect(make(states[2]!.head)).rejects.toThrow("its base was moved to entry 4, which is later than entry 3");

    const ofBase =
      "id = (SELECT max(c.blob) FROM helios.base_chunk c JOIN helios.base_file f ON f.id = c.file WHERE f.stream = $1)";
    await change(`UPDATE helios.blob SET body = ${flip} WHERE ${ofBase}`);
    await expect(make(states[5]!.head)).rejects.toThrow(/is damaged in the base, in its 256 KiB from byte \d+ on/);
    await change(`UPDATE helios.blob SET body = ${flip} WHERE ${ofBase}`);
    await make(states[5]!.head);
    await change(`DELETE FROM helios.blob WHERE ${ofBase}`);
    await expect(make(states[5]!.head)).rejects.toThrow("is damaged in the base");
  });

  it("is not stored once more where it is damaged", async () => {
    const log = await Logged.begin(store);
    await log.append(made(A), allPages(A, 64));
    await log.compact();
    await log.append(pages(A, 64, [9]));
    await store.primary.run(
      `UPDATE helios.blob SET body = set_byte(body, 5, 255 - get_byte(body, 5)) WHERE id =
       (SELECT c.blob FROM helios.base_chunk c JOIN helios.base_file f ON f.id = c.file WHERE f.stream = $1)`,
      [log.name],
    );
    await expect(log.compact()).rejects.toThrow("is damaged");
  });

  it("can be ended, and gone on with", async () => {
    const { log, states, wrongAt } = await begun();
    await log.compact(1);
    const folder = emptyFolder();
    const ending = new AbortController();
    const logs = new ReadAhead(log.cell);
    const made = makeFolderAt(
      {
        base: (name, work) => logs.base(name, work),
        entry: async (name, seq) => {
          if (seq === 4) ending.abort(new Error("it was ended"));
          return logs.entry(name, seq);
        },
      },
      states[5]!.head,
      placeIn(folder),
      ending.signal,
    );
    await expect(made).rejects.toThrow("it was ended");
    await makeFolderAt(logs, states[5]!.head, placeIn(folder), GO_ON);
    expect(wrongAt(states[5]!, folder)).toEqual([]);
  });

  it("is made of the entries of its own log, also where another one was read since", async () => {
    const one = await Logged.begin(store);
    const other = await Logged.begin(store, one.cellName);
    for (const log of [one, other]) for (const i of [1, 2, 3]) await log.append(made(A), allPages(A, i));
    const logs = new ReadAhead(one.cell);
    const read = async (log: Logged, seq: number) => Buffer.concat([...(await logs.entry(log.name, seq))]);
    for (const log of [one, other, one]) {
      const entries = await store.entries(log.cellName, log.name, store.primary);
      expect((await read(log, 2)).equals(entries[1]![0]!)).toBe(true);
    }
  });

  it("has what a log was made of, in its base", async () => {
    const { cell, epoch } = await store.cell();
    const connections = new Connections(store.urls);
    onTestFinished(() => connections.close());
    const key = () => ({ cell, name: "copied", epoch, writer: randomUUID() });
    const all: Operations[] = [[made(A), allPages(A, 200)], [bytesAt(A, 900_000, 5)], [moved("renamed", A, B)]];
    await makeLog(connections, key(), all, GO_ON);
    const rows = await store.primary.run("SELECT seq FROM helios.entry WHERE cell = $1", [cell]);
    expect(rows).toEqual([]);
    const taken = await Stream.take(connections, key(), randomUUID());
    expect([taken.seq, taken.known]).toEqual([3, [B]]);
    expect(await taken.base(async (base) => base!.files)).toEqual([{ name: B, size: 900_005 }]);
    await expect(makeLog(connections, key(), all, GO_ON)).rejects.toThrow("there is a log of copied already");
    const over = new AbortController();
    over.abort(new Error("too late"));
    await expect(makeLog(connections, { ...key(), name: "other" }, all, over.signal)).rejects.toThrow("too late");
    expect(await wrongInTables(store)).toMatchObject({});
  });
});
