import type { Table } from "@heliosdb/client";
import { describe, expect, it } from "vitest";
import { paletteEntries } from "../src/palette/entries.js";
import { ranked, score } from "../src/palette/rank.js";

const best = (typed: string, names: readonly string[]) => ranked(typed, names, (name) => name, 10);

describe("the ranking of names", () => {
  it("puts whole words before parts, starts before middles, and drops what doesn't fit", () => {
    expect(best("ord", ["border", "order_items", "orders", "products"])).toEqual(["orders", "order_items", "border"]);
    expect(best("oi", ["order_items", "oil"])).toEqual(["oil", "order_items"]);
    expect(best("ci", ["x_customer_id", "customerId", "precise"])).toEqual(["precise", "customerId", "x_customer_id"]);
    expect(best("zz", ["orders"])).toEqual([]);
  });

  it("leaves everything in its order while nothing is typed", () => {
    expect(best(" ", ["b", "a", "c"])).toEqual(["b", "a", "c"]);
    expect(ranked("", ["b", "a", "c"], (name) => name, 2)).toEqual(["b", "a"]);
  });

  it("takes what is typed as text, not as a pattern", () => {
    expect(score("a.b", "axb")).toBeNull();
    expect(score("(", "f(x)")).not.toBeNull();
  });
});

describe("the entries", () => {
  const table = { name: "users", rowCount: 1 } as Table;
  const rights = { writes: true, merges: true, administers: false, operates: false, sql: true, history: true };
  const known = { branch: "dev", branches: [], tables: [table], rights, canSignOut: true };
  const labels = (given: Partial<typeof known>) => paletteEntries({ ...known, ...given }).map(({ label }) => label);

  it("lead to pages, tables and branches of the branch at hand", () => {
    expect(labels({})).toContain("Data of dev");
    expect(paletteEntries(known).find(({ kind }) => kind === "Table")).toMatchObject({
      detail: "1 row",
      go: { params: { branch: "dev" }, search: { table: "users" } },
    });
  });

  it("offer nothing that the key may not do", () => {
    const none = { writes: false, merges: false, administers: false, operates: false, sql: false, history: false };
    const offered = labels({ rights: none, canSignOut: false }).join(" ");
    expect(offered).not.toMatch(/SQL|History|Merge|Import|Keys|Users|Tenants|Webhooks|Audit|Server|Sign out/);
    expect(offered).toMatch(/Branches .*Compare/);
  });
});
