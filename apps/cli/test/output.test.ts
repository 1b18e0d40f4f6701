import { describe, expect, it } from "vitest";
import { formatCsv } from "../src/output/csv.js";
import { oneLine, printable } from "../src/output/printable.js";
import { formatTable } from "../src/output/table.js";

describe("table", () => {
  it("lines up by characters, numbers to the right", () => {
    const rows = [
      ["Zoë😀", 5],
      ["B", 1234],
    ];
    expect(formatTable(["name", "n"], rows).split("\n")).toEqual([
      "name     n",
      "----  ----",
      "Zoë😀     5",
      "B     1234",
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
