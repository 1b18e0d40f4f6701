import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Published } from "../support/report.js";
import { chartsOf } from "./charts.js";
import { partsOf } from "./tables.js";

/** Brings docs/benchmarks.md and its charts up to date with docs/benchmarks/results.json. */
export function writeDocument(docs: string): void {
  const folder = join(docs, "benchmarks");
  const results = JSON.parse(readFileSync(join(folder, "results.json"), "utf8")) as Published;
  const servers = [...new Set(results.loads.map(({ server }) => server))];
  mkdirSync(folder, { recursive: true });
  for (const [name, svg] of Object.entries(chartsOf(results.loads, servers))) writeFileSync(join(folder, name), svg);
  const page = join(docs, "benchmarks.md");
  let text = readFileSync(page, "utf8");
  for (const [name, content] of Object.entries(partsOf(results, servers))) text = replacePart(text, name, content);
  writeFileSync(page, text);
}

/** Replaces what stands between two marks, which are comments. Throws where there are no such marks. */
function replacePart(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no marks for "${name}".`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}
