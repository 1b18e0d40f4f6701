import { describe, expect, it, vi } from "vitest";
import { formatCsv } from "../src/output/csv.js";
import { FORMATS } from "../src/output/format.js";
import { oneLine, printable } from "../src/output/printable.js";
import { formatTable, tableFormat } from "../src/output/table.js";
import { Writer } from "../src/output/writer.js";

describe("table", () => {
  it("lines up by columns of the terminal, numbers to the right", () => {
    const rows = [
      ["Zoë😀", 5],
      ["B", 1234],
    ];
    expect(formatTable(["name", "n"], rows).split("\n")).toEqual([
      "name      n",
      "-----  ----",
      "Zoë😀     5",
      "B      1234",
      "",
    ]);
  });

  it("shows a missing value, and keeps every row on its line", () => {
    expect(formatTable(["a", "b"], [[null, "x\ny\tz\\"]]).split("\n")).toEqual([
      "a     b",
      "----  ---------",
      "NULL  x\\ny\\tz\\\\",
      "",
    ]);
  });

  it("has its heading without rows", () => {
    expect(formatTable(["id"], [])).toBe("id\n--\n");
  });
});

describe("rows that come in parts", () => {
  it.each(FORMATS)("are written as %s like all at once", async (format) => {
    const rows = [
      { id: 100, name: "Zoë", note: "a\nb" },
      { id: 2, name: null, note: "" },
      { id: 3, name: 'x"', note: "[1]" },
    ];
    const texts: string[] = [];
    const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => texts.push(String(text)) > 0);
    try {
      const writer = new Writer(format);
      for (const all of [rows, []]) {
        writer.rows(["id", "name", "note"], all);
        const [whole] = texts.splice(0);
        const stream = writer.stream();
        for (const row of all) await stream.add(["id", "name", "note"], [row]);
        if (all.length === 0) await stream.add(["id", "name", "note"], []);
        await stream.end();
        expect(texts.splice(0).join("")).toBe(whole);
      }
    } finally {
      write.mockRestore();
    }
  });

  it("keep to the columns of the first rows, and cut nothing", () => {
    const { head, lines } = tableFormat(["id", "name"], [[1, "ab"]]);
    expect(head + lines([[1, "ab"]]) + lines([[12345, "abcdef"]])).toBe("id  name\n--  ----\n 1  ab\n12345  abcdef\n");
  });
});

describe("csv", () => {
  it("quotes what needs it, and tells nothing from an empty text", () => {
    const rows = [[null, "", 'a "quoted", text', "two\nlines", true, 1.5, [1, 2]]];
    expect(formatCsv(["1", "2", "3", "4", "5", "6", "7"], rows)).toBe(
      '1,2,3,4,5,6,7\n,"","a ""quoted"", text","two\nlines",true,1.5,"[1,2]"\n',
    );
  });
});

describe("text from a database", () => {
  it("can't command the terminal", () => {
    expect(printable("a\u001b]0;title\u0007b\u009b31m")).toBe("a\\x1b]0;title\\x07b\\x9b31m");
    expect(oneLine("\u001b[2J")).toBe("\\x1b[2J");
  });
});
