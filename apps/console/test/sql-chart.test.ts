import type { ColumnType, Row } from "@heliosdb/client";
import { describe, expect, it } from "vitest";
import { extentOf } from "../src/chart/chart-data.js";
import { numberText, xScale, yScale } from "../src/chart/scales.js";
import { drawn, firstChoice, fits, kindOf, MOST_BARS, numberOf, timeOf } from "../src/pages/sql/chart/choice.js";

const result = (rows: readonly Row[], types?: readonly ColumnType[]) => {
  const columns = Object.keys(rows[0] ?? {});
  return { columns, rows, types: types ?? columns.map(() => "numeric" as const) };
};

describe("what can be drawn of a result", () => {
  it("are numbers, also those that JavaScript can't count", () => {
    expect([1.5, "9007199254740994", "-1e3", "", "x", "Infinity", null, true].map(numberOf)).toEqual([
      ...[1.5, 2 ** 53 + 2, -1000, null, null, null, null, null],
    ]);
  });

  it("are times, for UTC where they have no zone", () => {
    const noon = Date.UTC(2026, 0, 2, 12);
    expect(["2026-01-02T12:00:00Z", "2026-01-02 12:00", "2026-01-02T14:00:00+02:00"].map(timeOf)).toEqual([
      ...[noon, noon, noon],
    ]);
    expect(["2026-01-02", "2026-01"].map(timeOf)).toEqual([Date.UTC(2026, 0, 2), Date.UTC(2026, 0, 1)]);
    expect(["2026-13-45", "noon", 5].map(timeOf)).toEqual([null, null, null]);
  });

  it("is told by the values, and digits in a column of texts stay texts", () => {
    expect(kindOf(result([{ a: null }, { a: 1 }]), "a")).toBe("number");
    expect(kindOf(result([{ a: "01234" }], ["text"]), "a")).toBe("text");
    expect(kindOf(result([{ a: 7 }], ["text"]), "a")).toBe("number");
    expect(kindOf(result([{ a: "2026-01-02" }, { a: null }]), "a")).toBe("time");
    expect(kindOf(result([{ a: null }]), "a")).toBe("text");
  });

  it("is offered first as one most likely wants it", () => {
    expect(firstChoice(result([{ city: "Oslo", people: 3 }]))).toEqual({ kind: "bar", x: "city", ys: ["people"] });
    expect(firstChoice(result([{ n: 1, day: "2026-01-02" }]))).toEqual({ kind: "line", x: "day", ys: ["n"] });
    expect(firstChoice(result([{ a: 1, b: 2 }]))).toEqual({ kind: "scatter", x: "a", ys: ["b"] });
    expect(firstChoice(result([{ a: 1 }]))).toEqual({ kind: "line", x: null, ys: ["a"] });
    expect(firstChoice(result([{ a: "x" }]))).toBeNull();
    expect(fits({ kind: "line", x: null, ys: ["a"] }, result([{ b: 1 }]))).toBe(false);
  });
});

describe("a drawn result", () => {
  it("leads a line from left to right, and leaves out rows without x", () => {
    const rows = [
      { t: 3, n: 30 },
      { t: 1, n: null },
      { t: null, n: 5 },
      { t: 2, n: 20 },
    ];
    const { data, left } = drawn(result(rows), { kind: "line", x: "t", ys: ["n"] });
    expect(data).toMatchObject({ kind: "number", xs: [1, 2, 3], series: [{ name: "n", values: [null, 20, 30] }] });
    expect(left).toBe(1);
  });

  it("has a place for each text, NULL among them, and no more bars than can be seen", () => {
    const rows = Array.from({ length: MOST_BARS + 5 }, (_, index) => ({
      name: index === 0 ? null : `n${index}`,
      n: index,
    }));
    const { data, left } = drawn(result(rows), { kind: "bar", x: "name", ys: ["n"] });
    expect([data.xs.length, data.xs[0], left]).toEqual([MOST_BARS, "NULL", 5]);
  });
});

describe("scales", () => {
  const data = (values: readonly (number | null)[]) => ({
    ...({ kind: "number", xs: values.map((_, index) => index) } as const),
    series: [{ name: "n", values }],
  });

  it("begin at zero where it is near, and for bars always", () => {
    const ticks = (values: readonly (number | null)[], fromZero: boolean) =>
      yScale(data(values), 0, 200, fromZero, numberText).ticks.map(({ text }) => text);
    expect(ticks([10, 40], false)[0]).toBe("0");
    expect(ticks([1000, 1010], false)[0]).toBe("1,000");
    expect(ticks([1000, 1010], true)[0]).toBe("0");
    expect(ticks([-5, -4], true).at(-1)).toBe("0");
    expect(ticks([], false).length).toBeGreaterThan(1);
    expect(ticks([7, 7], false).length).toBeGreaterThan(1);
  });

  it("give each bar its place, and don't crowd the names", () => {
    const many = data(Array.from({ length: 100 }, () => 1));
    const { step, ticks, at } = xScale(many, 0, 1000, true);
    expect([step, at(0), at(99)]).toEqual([10, 5, 995]);
    expect(ticks.length).toBeLessThan(14);
    expect(xScale({ ...many, domain: [0, 10] }, 0, 1000, false).at(5)).toBe(500);
  });

  it("say numbers as people do", () => {
    expect([0, 0.25, 1234.5, 1_500_000, 1e-9].map(numberText)).toEqual(["0", "0.25", "1,234.5", "1.5M", "1.00e-9"]);
    expect(extentOf([null, "x", 3, 1])).toEqual([1, 3]);
    expect(extentOf([null])).toBeNull();
  });
});
