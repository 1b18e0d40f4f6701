import { describe, expect, it } from "vitest";
import { moved, namesText, shownNames, toggled } from "../src/pages/data/columns/columns.js";

const ALL = ["id", "name", "city"];

describe("the columns of a table", () => {
  it("are in the URL where they aren't those of the table", () => {
    expect(namesText(ALL, ALL)).toBeUndefined();
    expect(namesText(["id"], ALL)).toBe('["id"]');
    expect(shownNames(namesText(["city", "id"], ALL), ALL)).toEqual(["city", "id"]);
    expect(shownNames(undefined, ALL)).toBe(ALL);
  });

  it("are those that the table has, whatever the URL says", () => {
    expect(shownNames('["city","gone","city",5,{"id":1}]', ALL)).toEqual(["city"]);
    for (const bad of ["", "{", "[]", "null", '"id"', '["gone"]']) expect(shownNames(bad, ALL)).toBe(ALL);
  });

  it("come back to where they stand in the table, and are never none", () => {
    expect(toggled(ALL, "name", ALL)).toEqual(["id", "city"]);
    expect(toggled(["id", "city"], "name", ALL)).toEqual(ALL);
    expect(toggled(["city", "id"], "name", ALL)).toEqual(["city", "id", "name"]);
    expect(toggled(["name"], "id", ALL)).toEqual(["id", "name"]);
    expect(toggled(["id"], "id", ALL)).toEqual(["id"]);
  });

  it("move to the place of another", () => {
    expect(moved(ALL, "city", 0)).toEqual(["city", "id", "name"]);
    expect(moved(ALL, "id", 2)).toEqual(["name", "city", "id"]);
    expect(moved(ALL, "id", -1)).toBe(ALL);
    expect(moved(ALL, "gone", 1)).toBe(ALL);
  });
});
