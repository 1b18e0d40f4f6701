import type { Branch } from "@heliosdb/client";
import { describe, expect, it } from "vitest";
import { nameFault } from "../src/pages/branches/dialogs/branch-name.js";
import { listed, nextSort, sortOf, sortText } from "../src/pages/branches/sort-branches.js";

function branch(name: string, scn: number, more: Partial<Branch> = {}): Branch {
  const date = new Date(scn * 1000);
  const stats = { rows: 0, sizeBytes: 1000 - scn, lastModified: date };
  return {
    ...{ id: `br_${name}`, name, displayName: null, metadata: {}, parent: "main", createdAt: date, forkedAt: date },
    ...{ updatedAt: date, expiresAt: null, state: "Active", scn, isDefault: false, isProtected: false },
    ...{ readOnly: false, isolated: true, stats },
    ...more,
  };
}

const BRANCHES = [
  branch("main", 9, { parent: null }),
  branch("fix", 3),
  branch("Alpha", 3, { displayName: "First try" }),
];
const names = (branches: readonly Branch[]) => branches.map(({ name }) => name);

describe("the list of branches", () => {
  it("sorts by any column, both ways, and equal ones by name", () => {
    expect(names(listed(BRANCHES, "", sortOf("name")))).toEqual(["Alpha", "fix", "main"]);
    expect(names(listed(BRANCHES, "", sortOf("-commit")))).toEqual(["main", "Alpha", "fix"]);
    expect(names(listed(BRANCHES, "", sortOf("size")))).toEqual(["main", "Alpha", "fix"]);
    expect(names(listed(BRANCHES, "", sortOf("parent")))).toEqual(["main", "Alpha", "fix"]);
  });

  it("finds by name, title and parent, whatever the case", () => {
    expect(names(listed(BRANCHES, "FIRST", sortOf(undefined)))).toEqual(["Alpha"]);
    expect(names(listed(BRANCHES, " main ", sortOf("name")))).toEqual(["Alpha", "fix", "main"]);
    expect(listed(BRANCHES, "nothing", sortOf("name"))).toEqual([]);
  });

  it("keeps its order in the URL, and ignores what nobody could have clicked", () => {
    for (const text of ["name", "-name", "changed", "-size"]) expect(sortText(sortOf(text))).toBe(text);
    for (const text of [undefined, "", "-", "colour", "-constructor"]) expect(sortText(sortOf(text))).toBe("-changed");
  });

  it("begins with the largest of numbers and times, and turns round at a second click", () => {
    const byName = nextSort(sortOf("-size"), "name");
    expect(byName).toEqual({ key: "name", descending: false });
    expect(nextSort(byName, "name")).toEqual({ key: "name", descending: true });
    expect(nextSort(byName, "changed")).toEqual({ key: "changed", descending: true });
  });
});

describe("the name of a new branch", () => {
  it("is refused with a reason where the server would refuse it", () => {
    expect(nameFault("fix_2-b", ["main"])).toBeNull();
    expect(nameFault("main", ["main"])).toContain("There is a branch main already");
    for (const name of ["", "-a", "a b", "a/b", "ä", "x".repeat(101)])
      expect(nameFault(name, [])).toContain("Expected");
  });
});
