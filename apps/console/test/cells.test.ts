import { describe, expect, it } from "vitest";
import { bytesOf, hexLines, imageType } from "../src/cells/blob.js";
import { blobSize, cellText, isLong } from "../src/cells/cell-text.js";
import { typedValue } from "../src/cells/typed-value.js";

describe("the text of a cell", () => {
  it("tells NULL, an empty text, and the word NULL apart", () => {
    expect(cellText(null, "text")).toEqual({ text: "NULL", kind: "null" });
    expect(cellText("", "text")).toEqual({ text: "empty", kind: "empty" });
    expect(cellText("NULL", "text")).toEqual({ text: "NULL", kind: "text" });
  });

  it("shows integers beyond 2^53 as they are, and blobs by their size", () => {
    expect(cellText("9223372036854775807", "int8")).toEqual({ text: "9223372036854775807", kind: "number" });
    expect(cellText("AAAA", "bytea")).toEqual({ text: "blob, 3 B", kind: "blob" });
    expect([blobSize(""), blobSize("AA=="), blobSize("AAA="), blobSize("AAAA")]).toEqual([0, 1, 2, 3]);
  });

  it("is one line, not cut within a character", () => {
    expect(cellText("a\r\nb", "text").text).toBe("a ⏎ b");
    const long = cellText(`${"x".repeat(199)}😀tail`, "text").text;
    expect(long).toBe(`${"x".repeat(199)}…`);
    expect(isLong("a\nb", "text")).toBe(true);
    expect(isLong("short", "text")).toBe(false);
    expect(isLong(null, "bytea")).toBe(false);
  });
});

describe("a typed value", () => {
  it("is what the column takes", () => {
    expect(typedValue(" 42 ", "int4")).toEqual({ value: 42 });
    expect(typedValue("9007199254740993", "int8")).toEqual({ value: 9007199254740993n });
    expect(typedValue("-1.5e3", "float8")).toEqual({ value: -1500 });
    expect(typedValue("no", "bool")).toEqual({ value: false });
    expect(typedValue(" as typed ", "text")).toEqual({ value: " as typed " });
    expect(typedValue('{"a": 1}', "json")).toEqual({ value: '{"a": 1}' });
  });

  it("or a fault that says what was expected", () => {
    for (const [text, type] of [
      ["1.5", "int4"],
      ["", "int8"],
      ["9223372036854775808", "int8"],
      ["x", "float8"],
      ["", "numeric"],
      ["maybe", "bool"],
      ["{", "json"],
      ["AAAA", "bytea"],
    ] as const) {
      expect([text, typedValue(text, type)]).toEqual([
        text,
        { fault: expect.stringMatching(/Expected|can't be typed/) },
      ]);
    }
  });
});

describe("a blob", () => {
  it("is shown as bytes, and as a picture only if it begins like one", () => {
    const png = bytesOf("iVBORw0KGgo=");
    expect(imageType(png)).toBe("image/png");
    expect(imageType(new TextEncoder().encode("<svg onload=alert(1)>"))).toBeNull();
    expect(imageType(new Uint8Array())).toBeNull();
    expect(hexLines(png)).toEqual(["00000000  89 50 4e 47 0d 0a 1a 0a                          |.PNG....|"]);
    expect(hexLines(new Uint8Array(17))).toHaveLength(2);
  });
});
