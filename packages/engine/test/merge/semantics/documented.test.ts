import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const HERE = import.meta.dirname;
const PAGE = join(HERE, "../../../../../docs/merge-semantics.md");
const COLUMNS = ["case", "HeliosDB", "git", "Dolt", "same or why different"];

const lines = readFileSync(PAGE, "utf8").split("\n");
const rows = lines
  .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
  .map((line) => line.slice(2, -2).split(" | "));
const cases = rows.filter((row) => row[0] !== "case");

/** Names of the tests in the other files of this folder. */
function testNames(): string[] {
  return readdirSync(HERE)
    .filter((name) => name.endsWith(".test.ts") && name !== "documented.test.ts")
    .flatMap((name) => [...readFileSync(join(HERE, name), "utf8").matchAll(/^\s+it\(\s*("(?:[^"\\]|\\.)*")/gm)])
    .map(([, name]) => JSON.parse(name!) as string);
}

it("every case of docs/merge-semantics.md is a test of its name, and every test a case", () => {
  expect(cases.map(([name]) => name).sort()).toEqual(testNames().sort());
  expect(new Set(testNames()).size).toBe(testNames().length);
  expect(cases.length).toBeGreaterThanOrEqual(35);
});

it("every row of its tables is filled, and every footnote used and given", () => {
  for (const row of rows)
    expect([row[0], row.length, row.every((cell) => cell.trim() !== "")]).toEqual([row[0], 5, true]);
  for (const row of rows) if (row[0] === "case") expect(row).toEqual(COLUMNS);
  const text = lines.join("\n");
  const given = [...text.matchAll(/^\[\^(\w+)\]:/gm)].map(([, name]) => name);
  const used = [...text.matchAll(/\[\^(\w+)\](?!:)/g)].map(([, name]) => name);
  expect([...new Set(used)].sort()).toEqual(given.sort());
});
