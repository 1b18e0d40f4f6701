import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { runnableBlocks } from "../support/runnable-docs.js";

const PAGE = readFileSync(resolve(import.meta.dirname, "../../docs/from-rest-to-sdk.md"), "utf8");
const [head = "", ...rest] = PAGE.split(/^## /m);
const SECTIONS = rest.map((text) => ({ title: text.split("\n")[0]!, blocks: runnableBlocks(text) }));

/** That the blocks run and write what the page shows is tested with all other pages. */
describe("each example is shorter with a client library", () => {
  it.each(SECTIONS)("$title", ({ blocks }) => {
    expect(blocks).toHaveLength(2);
    const [requests, library] = blocks;
    expect(library!.script.length).toBeLessThan(requests!.script.length);
    expect(library!.script.split("\n").length).toBeLessThan(requests!.script.split("\n").length);
  });

  it("and both of two programs write the same", () => {
    const programs = SECTIONS.filter(({ blocks }) => blocks[0]!.script.startsWith("cat >"));
    expect(programs.length).toBeGreaterThanOrEqual(9);
    for (const { title, blocks } of programs) expect([title, blocks[1]!.shown]).toEqual([title, blocks[0]!.shown]);
  });

  it("and the list of examples links to every section", () => {
    const links = new Set([...head.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor));
    const anchors = SECTIONS.map(({ title }) => title.toLowerCase().replace(/,/g, "").replaceAll(" ", "-"));
    expect([...links].toSorted()).toEqual(anchors.toSorted());
  });
});
