import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import type { TestDatabase } from "../../../engine/test/support/test-database.js";
import type { OperationHeader } from "../../src/entry/format.js";
import { EntryDoesNotFit, fold, LogEnd, type Operations, Replica } from "../../src/index.js";
import { FolderWriter } from "../../src/replica/folder-writer.js";
import { Copy, differences, filesOf } from "../support/copy.js";
import { smallHistory } from "../support/small-history.js";
import type { TestLog } from "../support/test-log.js";
import { applyWithCrashes } from "./crashes.js";

let db: TestDatabase;
let log: TestLog;
let whole: Copy;
const folders: string[] = [];
beforeAll(() => {
  const history = smallHistory();
  ({ db } = history);
  ({ log } = history.runner);
  db.close();
  whole = new Copy(log);
  whole.follow();
});
afterAll(() => {
  rmSync(db.directory, { recursive: true, force: true });
  whole.dispose();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newReplica(): { replica: Replica; folder: string } {
  const base = memoryFolder("helios-replica-");
  folders.push(base);
  return { replica: new Replica(join(base, "data"), join(base, "position.json")), folder: join(base, "data") };
}

it("is the original, byte for byte, after everything that can happen to files", () => {
  expect(differences(db.directory, whole.folder)).toEqual([]);
  const names = filesOf(whole.folder);
  expect(names.filter((name) => name.startsWith("branches/")).length).toBeGreaterThan(5);
  expect(names.filter((name) => name.startsWith("snapshots/"))).toHaveLength(1);
  const kinds = new Set<string>();
  for (let seq = 1; seq <= log.length; seq++) for (const each of log.operations(seq)) kinds.add(each.do);
  expect([...kinds].sort()).toEqual(["bytes", "copied", "made", "pages", "removed", "renamed"]);
});

it("goes on where it was after it is opened again", () => {
  const base = memoryFolder("helios-replica-");
  folders.push(base);
  for (let seq = 1; seq <= log.length; seq++) {
    const replica = new Replica(join(base, "data"), join(base, "position.json"));
    replica.apply(log.parts(seq));
    replica.sync();
  }
  expect(differences(db.directory, join(base, "data"))).toEqual([]);
});

it("is right after crashes at any step, whatever of the last writes was on the disk", () => {
  let crashes = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const base = memoryFolder("helios-crashed-");
    folders.push(base);
    crashes += applyWithCrashes(log, base, seed);
    expect([seed, differences(db.directory, join(base, "data"))]).toEqual([seed, []]);
  }
  expect(crashes).toBeGreaterThan(30);
});

it.each([2, 5, 1000])("is the same when it gets %i entries folded to one", (length) => {
  const { replica, folder } = newReplica();
  const end = new LogEnd();
  for (let seq = 1; seq <= log.length; seq += length) {
    const run = Array.from({ length: Math.min(length, log.length - seq + 1) }, (_, i) => log.operations(seq + i));
    replica.apply([...end.next(fold(run))]);
  }
  expect(differences(db.directory, folder)).toEqual([]);
});

it("refuses another entry than the one in which it was stopped", () => {
  class Stopped extends FolderWriter {
    override run(operation: OperationHeader, again: boolean): void {
      if (operation.do === "removed") throw new Error("stopped");
      super.run(operation, again);
    }
  }
  const base = memoryFolder("helios-replica-");
  folders.push(base);
  const [data, position] = [join(base, "data"), join(base, "position.json")];
  const entry = (file: string) => [
    ...new LogEnd().next([
      { do: "made", file },
      { do: "removed", file },
    ]),
  ];
  expect(() => new Replica(data, position, new Stopped(data)).apply(entry("branches/b1.db"))).toThrow("stopped");
  expect(() => new Replica(data, position).apply(entry("branches/b2.db"))).toThrow(EntryDoesNotFit);
  new Replica(data, position).apply(entry("branches/b1.db"));
  expect(filesOf(data)).toEqual([]);
});

it("refuses an entry that does not follow the last one", () => {
  const { replica } = newReplica();
  replica.apply(log.parts(1));
  expect(() => replica.apply(log.parts(1))).toThrow(EntryDoesNotFit);
  expect(() => replica.apply(log.parts(3))).toThrow(EntryDoesNotFit);
  replica.apply(log.parts(2));
  expect(replica.applied).toBe(2);
});

it("refuses the next entry where the one that it has was never confirmed and another one took its place", () => {
  const [one, other] = [newReplica(), newReplica()];
  const [end, elsewhere] = [new LogEnd(), new LogEnd()];
  const made: Operations = [{ do: "made", file: "meta.db" }];
  const written = (text: string): Operations => [{ do: "bytes", file: "meta.db", offset: 0, bytes: Buffer.from(text) }];
  const first = [...end.next(made)];
  for (const { replica } of [one, other]) replica.apply(first);
  [...elsewhere.next(made)];
  one.replica.apply([...end.next(written("seen and then lost"))]);
  other.replica.apply([...elsewhere.next(written("in its place"))]);
  const next = [...elsewhere.next(written("after that"))];
  expect(() => one.replica.apply(next)).toThrow(EntryDoesNotFit);
  other.replica.apply(next);
});
