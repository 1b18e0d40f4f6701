import { isDeepStrictEqual } from "node:util";

/** A fenced block that is run, and what the page says that it writes. */
export interface RunnableBlock {
  readonly line: number;
  readonly script: string;
  readonly shown: { readonly kind: "text" | "json"; readonly text: string } | null;
}

const FENCE = /^```(\w+) (run|output)\n([\s\S]*?)^```$/gm;

/** The blocks marked ```` ```bash run ````, each with the ```` ```text output ```` or ```` ```json output ```` behind it. */
export function runnableBlocks(page: string): RunnableBlock[] {
  const blocks: RunnableBlock[] = [];
  for (const match of page.matchAll(FENCE)) {
    const [, language, mark, text = ""] = match;
    const line = page.slice(0, match.index).split("\n").length;
    const last = blocks.at(-1);
    if (mark === "run" && language === "bash") blocks.push({ line, script: text, shown: null });
    else if (mark === "output" && (language === "text" || language === "json") && last?.shown === null) {
      blocks[blocks.length - 1] = { ...last, shown: { kind: language, text } };
    } else throw new Error(`line ${line}: "${language} ${mark}" has no meaning here`);
  }
  return blocks;
}

/** Null when the output is what the page shows, where `…` stands for anything; else what differs. */
export function difference(shown: NonNullable<RunnableBlock["shown"]>, output: string): string | null {
  const same =
    shown.kind === "json" ? fits(JSON.parse(shown.text), jsonOf(output)) : textFits(shown.text.trim(), output.trim());
  return same ? null : `the page shows\n${shown.text}\nand the command wrote\n${output}`;
}

/** What is no JSON fits nothing that a page shows. */
function jsonOf(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}

/** Objects may hold more than is shown; lists may not. */
function fits(shown: unknown, actual: unknown): boolean {
  if (shown === "…") return true;
  if (typeof shown === "string" && shown.includes("…")) return typeof actual === "string" && textFits(shown, actual);
  if (Array.isArray(shown)) {
    return (
      Array.isArray(actual) && actual.length === shown.length && shown.every((item, index) => fits(item, actual[index]))
    );
  }
  if (typeof shown === "object" && shown !== null && typeof actual === "object" && actual !== null) {
    return Object.entries(shown).every(([name, value]) => fits(value, (actual as Record<string, unknown>)[name]));
  }
  return isDeepStrictEqual(shown, actual);
}

function textFits(shown: string, actual: string): boolean {
  const parts = shown.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*?")}$`).test(actual);
}
