import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Published } from "../support/report.js";
import { chartsOf } from "./charts.js";
import { partsOf } from "./tables.js";

const PAGE = fileURLToPath(new URL("../../page.md", import.meta.url));

/**
 * Writes docs/benchmarks.md and its charts: the text of bench/page.md with the figures of docs/benchmarks/results.json.
 * Without published results there is no page.
 */
export function writeDocument(docs: string): void {
  const folder = join(docs, "benchmarks");
  const published = join(folder, "results.json");
  if (!existsSync(published)) return;
  const results = JSON.parse(readFileSync(published, "utf8")) as Published;
  const servers = [...new Set(results.loads.map(({ server }) => server))];
  for (const [name, svg] of Object.entries(chartsOf(results.loads, servers))) writeFileSync(join(folder, name), svg);
  let text = readFileSync(PAGE, "utf8");
  for (const [name, content] of Object.entries(partsOf(results, servers))) text = withPart(text, name, content);
  writeFileSync(join(docs, "benchmarks.md"), text);
}

/** Puts something in the place of a mark, which is a comment. Throws where there is no such mark. */
function withPart(text: string, name: string, content: string): string {
  const mark = `<!-- ${name} -->`;
  if (!text.includes(mark)) throw new Error(`bench/page.md has no mark ${mark}.`);
  return text.replace(mark, () => content);
}
