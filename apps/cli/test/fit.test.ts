import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fittedWidths } from "../src/output/column-widths.js";
import { formatTable, PLAIN } from "../src/output/table.js";
import { cutText, textWidth, wrapText } from "../src/output/text-width.js";

const text = fc.string({ unit: "grapheme", maxLength: 60 });

describe("widths of columns", () => {
  it("stay as they are where there is room, else the widest give way first", () => {
    expect(fittedWidths([3, 10], 20)).toEqual([3, 10]);
    expect(fittedWidths([3, 50, 50], 43)).toEqual([3, 18, 18]);
    expect(fittedWidths([3, 50, 50], 44)).toEqual([3, 19, 18]);
  });

  it("fill the line, as long as every column has four places", () => {
    const columns = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(columns, fc.integer({ min: 60, max: 200 }), (needed, room) => {
        const widths = fittedWidths(needed, room);
        const total = widths.reduce((sum, width) => sum + width, 0) + 2 * (widths.length - 1);
        const whole = needed.reduce((sum, width) => sum + width, 0) + 2 * (needed.length - 1);
        expect(total).toBe(Math.min(whole, room));
        widths.forEach((width, index) => {
          expect(width).toBeLessThanOrEqual(needed[index]!);
          expect(width).toBeGreaterThanOrEqual(Math.min(4, needed[index]!));
        });
      }),
    );
  });
});

describe("a text that is too wide", () => {
  it("is cut to its room, and says so", () => {
    expect([cutText("日本語", 5), cutText("日本語", 6), cutText("abcdef", 4)]).toEqual(["日本…", "日本語", "abc…"]);
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 80 }), (given, room) => {
        const cut = cutText(given, room);
        expect(textWidth(cut)).toBeLessThanOrEqual(room);
        expect(cut === given || (cut.endsWith("…") && given.startsWith(cut.slice(0, -1)))).toBe(true);
      }),
    );
  });

  it("is wrapped into pieces that are the whole text", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 80 }), (given, room) => {
        const pieces = wrapText(given, room);
        expect(pieces.join("")).toBe(given);
        for (const piece of pieces) expect(textWidth(piece)).toBeLessThanOrEqual(room);
      }),
    );
  });

  it("leaves the other cells of its row in their columns", () => {
    const look = { ...PLAIN, room: 12 };
    const rows = [["abcdefghij", 7]];
    expect(formatTable(["name", "n"], rows, { ...look, fit: "cut" })).toBe(
      "name       n\n---------  -\nabcdefgh…  7\n",
    );
    expect(formatTable(["name", "n"], rows, { ...look, fit: "wrap" })).toBe(
      "name       n\n---------  -\nabcdefghi  7\nj\n",
    );
    expect(formatTable(["name", "n"], rows, { ...look, fit: "off" })).toContain("abcdefghij");
  });
});
