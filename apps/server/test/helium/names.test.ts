import { array, assert, constantFrom, property, stringMatching, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { masterOf, tableName } from "../../dist/surfaces/helium/names/table-name.js";

const known = (raw: string) => tableName(raw, () => true);

describe("a table's name", () => {
  it.each([
    ["foo_bar", "manual", "FooBar", null],
    ["#foo_bar", "lookup", "FooBar", null],
    ["_foo_bar", "imported", "FooBar", null],
    ["__foo_bar", "computed", "FooBar", null],
    ["~foo_bar", "hidden", "FooBar", null],
    ["foo_bar__part", "manual", "Part", ["foo_bar", "FooBar"]],
    ["#foo_bar__part", "lookup", "Part", ["#foo_bar", "FooBar"]],
    ["_foo__bar_baz", "imported", "BarBaz", ["_foo", "Foo"]],
    ["__foo__part__other", "computed", "PartOther", ["__foo", "Foo"]],
    ["one__two__three", "manual", "TwoThree", ["one", "One"]],
    ["foo1_2bar", "manual", "Foo12bar", null],
    ["FOO_BAR", "unknown", "FOO_BAR", null],
    ["fooBar", "unknown", "fooBar", null],
    ["foo bar", "unknown", "foo bar", null],
    ["foo-bar", "unknown", "foo-bar", null],
    ["", "unknown", "", null],
    ["#", "unknown", "#", null],
    ["##foo", "unknown", "##foo", null],
    ["é", "unknown", "é", null],
    ["foo\nbar", "unknown", "foo\nbar", null],
  ] as const)("%j is read by DataJoint's rules", (raw, tier, clean, master) => {
    const masterName = master && { raw: master[0], clean: master[1] };
    expect(known(raw)).toEqual({ name: { raw, clean }, tier, masterName });
  });

  it("of a part without its master is no part", () => {
    expect(tableName("foo__bar", () => false)).toEqual({
      name: { raw: "foo__bar", clean: "FooBar" },
      tier: "manual",
      masterName: null,
    });
    expect(masterOf("foo__bar")).toBe("foo");
    expect(masterOf("foo_bar")).toBeNull();
  });

  const word = stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  const words = array(word, { minLength: 1, maxLength: 4 });
  const classOf = (parts: readonly string[]) => parts.map((each) => each[0]!.toUpperCase() + each.slice(1)).join("");
  const tiers = [
    ["#", "lookup"],
    ["", "manual"],
    ["_", "imported"],
    ["__", "computed"],
    ["~", "hidden"],
  ] as const;

  it("is found again from a class, its tier and its part", () => {
    assert(
      property(constantFrom(...tiers), words, array(words, { maxLength: 3 }), ([prefix, tier], own, parts) => {
        const master = prefix + own.join("_");
        const raw = [master, ...parts.map((part) => part.join("_"))].join("__");
        const clean = parts.length === 0 ? classOf(own) : classOf(parts.flat());
        const masterName = parts.length === 0 ? null : { raw: master, clean: classOf(own) };
        expect(known(raw)).toEqual({ name: { raw, clean }, tier, masterName });
      }),
    );
  });

  it("keeps its raw form, and its master is a beginning of it", () => {
    const any = tuple(constantFrom("", "#", "_", "__", "~", "{", ",", "1"), stringMatching(/^[a-z0-9_#~ A-Z]{0,12}$/));
    assert(
      property(any, ([prefix, rest]) => {
        const raw = prefix + rest;
        const { name, tier, masterName } = known(raw);
        expect(name.raw).toBe(raw);
        if (tier !== "unknown") expect(name.clean).not.toContain("_");
        if (masterName) expect(raw.startsWith(`${masterName.raw}__`)).toBe(true);
        if (tier === "unknown") expect([name.clean, masterName]).toEqual([raw, null]);
        else expect(raw).toMatch(/^[_{12},~#]?[a-z0-9_]+$/);
      }),
      { numRuns: 500 },
    );
  });
});
