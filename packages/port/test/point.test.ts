import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatMicros,
  formatPoint,
  HeliosError,
  parsePoint,
  parseTypedPoint,
  snapshotId,
  snapshotScn,
} from "../src/index.js";

const at = (value: unknown) => {
  const point = parsePoint(value);
  if (point.kind !== "timestamp") throw new Error(`a ${point.kind}`);
  return formatMicros(point.until);
};

describe("a timestamp", () => {
  it.each([
    [1701446400, "2023-12-01T16:00:00.999999Z"],
    ["1701446400", "2023-12-01T16:00:00.999999Z"],
    [1701446400000, "2023-12-01T16:00:00.999999Z"],
    [1701446400123, "2023-12-01T16:00:00.123999Z"],
    [1701446400.25, "2023-12-01T16:00:00.250000Z"],
    ["2023-12-01T16:00:00Z", "2023-12-01T16:00:00.999999Z"],
    ["2023-12-01 16:00:00", "2023-12-01T16:00:00.999999Z"],
    ["2023-12-01T18:00:00+02:00", "2023-12-01T16:00:00.999999Z"],
    ["2023-12-01T16:00:00.000Z", "2023-12-01T16:00:00.000999Z"],
    ["2023-12-01T16:00:00.123456Z", "2023-12-01T16:00:00.123456Z"],
    ["2023-12-01", "2023-12-01T00:00:00.000000Z"],
    ["timestamp:2023-12-01T16:00:00Z", "2023-12-01T16:00:00.999999Z"],
  ])("%j means up to %s", (value, until) => {
    expect(at(value)).toBe(until);
  });

  it("with a plus sign lost in a URL says so", () => {
    expect(() => parsePoint("2023-12-01T18:00:00 02:00")).toThrow("%2B");
  });

  it("is the same when it is typed as it is shown", () => {
    const microseconds = fc.integer({ min: 0, max: 4_102_444_800_000_000 });
    const rounded = fc.tuple(microseconds, fc.constantFrom(1, 10, 1000, 1e6)).map(([at, unit]) => at - (at % unit));
    fc.assert(
      fc.property(rounded, (until) => {
        const point = { kind: "timestamp", until } as const;
        expect(parsePoint(formatPoint(point))).toEqual(point);
      }),
    );
  });
});

describe("other points", () => {
  it.each([
    ["now", { kind: "now" }],
    ["scn:42", { kind: "scn", scn: 42 }],
    ["tx:7", { kind: "transaction", scn: 7 }],
    ["tx_7", { kind: "transaction", scn: 7 }],
    ["snap_1z", { kind: "snapshot", id: "snap_1z" }],
    ["snapshot:snap_1z", { kind: "snapshot", id: "snap_1z" }],
  ])("%s", (text, point) => {
    expect(parsePoint(text)).toEqual(point);
  });

  it("come with their type in a body", () => {
    expect(parseTypedPoint("scn", 987654)).toEqual({ kind: "scn", scn: 987654 });
    expect(parseTypedPoint("transaction", "tx_5")).toEqual({ kind: "transaction", scn: 5 });
    expect(parseTypedPoint("now", undefined)).toEqual({ kind: "now" });
  });

  it.each([
    "",
    "yesterday",
    "scn:",
    "scn:-1",
    "scn:1.5",
    "2023-13-01",
    "2023-02-30",
    "-5",
    "tx:x",
    "snapshot:a b",
    null,
    {},
    true,
  ])("%j is none", (value) => {
    expect(() => parsePoint(value)).toThrow(HeliosError);
  });

  it("name every commit as a snapshot", () => {
    expect(snapshotScn(snapshotId(987654))).toBe(987654);
    expect([snapshotScn("snap_"), snapshotScn("snap_UPPER"), snapshotScn("x")]).toEqual([null, null, null]);
  });
});
