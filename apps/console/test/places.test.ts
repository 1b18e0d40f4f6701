import { describe, expect, it } from "vitest";
import { searchOf } from "../src/app/search.js";
import { moved } from "../src/grid/moves.js";
import { columnWidth } from "../src/grid/widths.js";
import { foreignKeysOf, keyOfCell, keysTo } from "../src/pages/data/keys/foreign-keys.js";
import { csvField, heading, line } from "../src/pages/shared/export/export-rows.js";
import { pointOf, pointText, scnOf, typedPoint } from "../src/point/point.js";
import { credentialOf } from "../src/session/credential.js";
import { rightsOf } from "../src/session/rights.js";
import { bytes, counted } from "../src/util/text.js";
import { ago } from "../src/util/time.js";

describe("the keys of a grid", () => {
  const at = (key: string, withControl = false) => moved({ row: 5, column: 1 }, key, withControl, 10, 3, 4);
  it("move within it and stop at its ends", () => {
    expect(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].map((key) => at(key))).toEqual([
      { row: 4, column: 1 },
      { row: 6, column: 1 },
      { row: 5, column: 0 },
      { row: 5, column: 2 },
    ]);
    expect([at("PageUp"), at("PageDown"), at("Home"), at("End")]).toEqual([
      { row: 1, column: 1 },
      { row: 9, column: 1 },
      { row: 5, column: 0 },
      { row: 5, column: 2 },
    ]);
    expect([at("Home", true), at("End", true), at("a")]).toEqual([{ row: 0, column: 0 }, { row: 9, column: 2 }, null]);
  });

  it("are over columns wide enough for their heads, and never too wide", () => {
    expect(columnWidth("a_rather_long_name", "int4", [1])).toBeGreaterThan(columnWidth("id", "int4", [1]));
    expect(columnWidth("t", "text", ["x".repeat(5000)])).toBe(340);
    expect(columnWidth("id", "int4", [], "integer")).toBeGreaterThan(columnWidth("id", "int4", []));
  });
});

describe("a point in time", () => {
  it("is now, a commit or a time; anything else is none", () => {
    expect(pointOf({ kind: "now", commit: "x", time: "x" })).toBeUndefined();
    expect(pointOf({ kind: "commit", commit: " 42 ", time: "" })).toBe("scn:42");
    expect(pointOf({ kind: "snapshot", commit: "7", time: "" })).toBe("scn:7");
    expect(pointOf({ kind: "snapshot", commit: "", time: "" })).toBeNull();
    for (const commit of ["", "-1", "4 2", "1e3"]) expect(pointOf({ kind: "commit", commit, time: "" })).toBeNull();
    expect(pointOf({ kind: "time", commit: "", time: "2026-01-02T03:04:05" })).toBe(
      new Date(2026, 0, 2, 3, 4, 5).toISOString(),
    );
    expect(pointOf({ kind: "time", commit: "", time: "soon" })).toBeNull();
  });

  it("comes back from the URL as it was typed", () => {
    for (const at of [undefined, "scn:7", new Date(2026, 0, 2, 3, 4, 5).toISOString()]) {
      expect(pointOf(typedPoint(at))).toBe(at);
    }
    expect([scnOf("scn:7"), scnOf("scn:7x"), scnOf(undefined)]).toEqual([7, null, null]);
    expect([pointText(undefined), pointText("scn:7"), pointText("<b>")]).toEqual(["now", "commit 7", "<b>"]);
  });
});

describe("foreign keys", () => {
  const rows = [
    { table: "orders", id: 0, seq: 0, target: "Customers", column: "customer_id", target_column: null },
    { table: "lines", id: 0, seq: 0, target: "orders", column: "order_id", target_column: "id" },
    { table: "lines", id: 0, seq: 1, target: "orders", column: "shop", target_column: "shop" },
  ];
  it("are put together from their columns, and lead both ways", () => {
    const keys = foreignKeysOf(rows);
    expect(keys).toEqual([
      { table: "orders", target: "Customers", columns: ["customer_id"], targetColumns: null },
      { table: "lines", target: "orders", columns: ["order_id", "shop"], targetColumns: ["id", "shop"] },
    ]);
    expect(keysTo(keys, "customers")).toEqual([keys[0]]);
    expect(keyOfCell(keys, "lines", "shop", { order_id: 1, shop: 2 })).toBe(keys[1]);
    expect(keyOfCell(keys, "lines", "shop", { order_id: null, shop: 2 })).toBeNull();
    expect(keyOfCell(keys, "lines", "other", {})).toBeNull();
  });
});

describe("an export", () => {
  it("is CSV that tells NULL from an empty text, JSON, or a JSON object on each line", () => {
    expect([null, "", "a", 'a"b', "a,b", "a\nb", " a", 1.5, true].map(csvField)).toEqual([
      "",
      '""',
      "a",
      '"a""b"',
      '"a,b"',
      '"a\nb"',
      '" a"',
      "1.5",
      "true",
    ]);
    const columns = ["a", "b"];
    expect(heading("CSV", columns) + line("CSV", columns, { a: 1, b: null }, 0)).toBe("a,b\r\n1,\r\n");
    const rows = [{ a: 1 }, { a: 2 }];
    const json = heading("JSON", ["a"]) + rows.map((row, at) => line("JSON", ["a"], row, at)).join("");
    expect(JSON.parse(`${json}]`)).toEqual(rows);
    expect(line("NDJSON", ["a"], { a: "x" }, 3)).toBe('{"a":"x"}\n');
  });
});

describe("small things", () => {
  it("tell a token from a key, and what somebody may do", () => {
    expect(credentialOf(" eyJh.eyJz.c2ln ")).toEqual({ kind: "token", value: "eyJh.eyJz.c2ln" });
    expect(credentialOf("hdb_k_admin_abc")).toEqual({ kind: "key", value: "hdb_k_admin_abc" });
    const key = { method: "api_key", keyId: "k_1" } as const;
    expect(rightsOf({ ...key, scopes: ["merge"], tables: null })).toEqual({
      writes: false,
      merges: true,
      administers: false,
      operates: false,
      sql: true,
      history: true,
    });
    expect(rightsOf({ ...key, scopes: ["admin"], tables: ["a"] })).toEqual({
      writes: false,
      merges: false,
      administers: false,
      operates: false,
      sql: false,
      history: false,
    });
  });

  it("are for the server's own key, but not for tokens it was exchanged for", () => {
    const operates = (method: "api_key" | "jwt" | "none", keyId: string | null) =>
      rightsOf({ method, keyId, scopes: ["admin"], tables: null }).operates;
    expect(operates("api_key", "k_admin")).toBe(true);
    expect(operates("none", null)).toBe(true);
    expect(operates("jwt", "k_admin")).toBe(false);
    expect(operates("api_key", "k_1")).toBe(false);
  });

  it("take only known texts from a URL", () => {
    expect(searchOf({ at: "scn:1", sort: 5, evil: "x", q: "" }, ["at", "sort", "q"])).toEqual({ at: "scn:1" });
  });

  it("are said as people say them", () => {
    expect([counted(1, "row"), counted(1234, "row"), counted(2, "branch", "branches")]).toEqual([
      "1 row",
      "1,234 rows",
      "2 branches",
    ]);
    expect([bytes(0), bytes(999), bytes(1500), bytes(123_456), bytes(5e12)]).toEqual([
      "0 B",
      "999 B",
      "1.5 kB",
      "123 kB",
      "5.0 TB",
    ]);
    const now = Date.UTC(2026, 0, 10);
    expect([0, 90, 7200, 86_400 * 3].map((seconds) => ago(new Date(now - seconds * 1000), now))).toEqual([
      "just now",
      "1 minute ago",
      "2 hours ago",
      "3 days ago",
    ]);
    expect(ago(new Date(now + 86_400_000 * 2), now)).toBe("in 2 days");
  });
});
