import type { Interface } from "node:readline/promises";
import type { MergeConflict, MergeResolution } from "@heliosdb/client";
import { Cancelled } from "../errors/exit-codes.js";
import { oneLine } from "../output/printable.js";
import { style } from "../output/style.js";
import { note } from "../output/writer.js";
import { type Choice, resolutionOf, typedValue } from "./choices.js";

export interface Sides {
  readonly source: string;
  readonly target: string;
}

/** Asks about conflicts one by one. An undo goes back by one of them. Throws Cancelled where the caller gives up. */
export async function askAboutAll(
  terminal: Interface,
  conflicts: readonly MergeConflict[],
  sides: Sides,
): Promise<readonly MergeResolution[]> {
  const choices: Choice[] = [];
  while (choices.length < conflicts.length) {
    const conflict = conflicts[choices.length]!;
    show(conflict, choices.length + 1, conflicts.length, sides);
    const choice = await ask(terminal, conflict, choices.length > 0);
    if (choice === "undo") choices.pop();
    else if (typeof choice === "object" && "rest" in choice) {
      while (choices.length < conflicts.length) choices.push(choice.rest);
    } else choices.push(choice);
  }
  return conflicts.map((conflict, index) => resolutionOf(conflict, choices[index]!));
}

function show(conflict: MergeConflict, at: number, of: number, { source, target }: Sides): void {
  const { key, column, baseValue, sourceValue, targetValue, message } = conflict;
  const what = column === null ? "the whole row" : `column ${oneLine(column)}`;
  note(style.heading(`\nConflict ${at} of ${of}: ${oneLine(key)}, ${what}`));
  note(`  base    ${text(baseValue)}`);
  note(`  source  ${text(sourceValue)}  ${style.faint(`(${source})`)}`);
  note(`  target  ${text(targetValue)}  ${style.faint(`(${target})`)}`);
  if (message) note(`  ${oneLine(message)}`);
}

type Reply = Choice | "undo" | { readonly rest: "source" | "target" };

async function ask(terminal: Interface, { column }: MergeConflict, mayUndo: boolean): Promise<Reply> {
  const ways = [
    "[s]ource",
    "[t]arget",
    ...(column === null ? [] : ["[e]dit"]),
    "[S]ource for all left",
    "[T]arget for all left",
    ...(mayUndo ? ["[u]ndo"] : []),
    "[q]uit",
  ];
  for (;;) {
    const answer = (await terminal.question(`${ways.join(", ")}? `)).trim();
    if (answer === "s" || answer === "source") return "source";
    if (answer === "t" || answer === "target") return "target";
    if (answer === "S") return { rest: "source" };
    if (answer === "T") return { rest: "target" };
    if (answer === "u" && mayUndo) return "undo";
    if (answer === "q") throw new Cancelled();
    if (answer === "e" && column !== null) {
      const value = typedValue(await terminal.question("Value, as JSON or as text: "));
      if (value) return value;
      note("Expected one value: a text, a number, true, false or null.");
    } else note("Expected one of the letters in brackets.");
  }
}

function text(value: unknown): string {
  return value === undefined ? "-" : oneLine(JSON.stringify(value));
}
