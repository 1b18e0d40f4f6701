import { expect, it } from "vitest";
import { settingsOf } from "../src/host/options.js";

const given = { dataDir: "/d", defaultDeadlineMs: 1, maxDeadlineMs: 2, maxRows: 3 };

it("has these defaults", () => {
  const { entries, onEvent, ...settings } = settingsOf({ ...given, readers: undefined });
  expect(settings).toEqual({
    ...given,
    readers: 2,
    heavyReaders: 4,
    writers: 1,
    maxAnswerBytes: 33_554_432,
    maintenanceEveryMs: 60_000,
    maxStreams: 8,
    maxTransactions: 1000,
    maxTransactionsPerOwner: 100,
    transactionWriters: 4,
    streamSpoolBytes: 268_435_456,
    retention: { historyMs: 30 * 86_400_000, historyBytes: null, deletedMs: 7 * 86_400_000 },
    clockOffsetMs: 0,
    workerMemoryMb: 512,
    maxQueuedPerDatabase: 1000,
    maxQueued: 4000,
    maxOpenDatabases: 64,
    writerIdleMs: 60_000,
    fastLane: true,
    backupDir: "/d/backups",
    version: "unknown",
  });
  expect(Object.keys(entries)).toEqual(["reader", "writer", "helper", "backup"]);
  expect(onEvent).toBeInstanceOf(Function);
});

it("refuses numbers that make no sense", () => {
  expect(() => settingsOf({ ...given, readers: 0 })).toThrow("readers");
  expect(() => settingsOf({ ...given, maxDeadlineMs: 2 ** 31 })).toThrow("maxDeadlineMs");
  expect(() => settingsOf({ ...given, maxRows: 1.5 })).toThrow("maxRows");
  expect(() => settingsOf({ ...given, clockOffsetMs: Number.NaN })).toThrow("clockOffsetMs");
});
