import type { Command } from "commander";
import { pathOf } from "./path.js";

/** Most edits between what was typed and the name of a command that was probably meant. */
const MOST_EDITS = 2;
const SHOWN = 3;

/** Commands anywhere in the tree whose name is, or nearly is, a word that no command of this level has. */
export function suggestions(root: Command, word: string): readonly string[] {
  const found: { readonly path: string; readonly edits: number }[] = [];
  const look = (command: Command) => {
    for (const child of command.commands) {
      const edits = Math.min(...[child.name(), ...child.aliases()].map((name) => distance(name, word)));
      if (edits <= Math.min(MOST_EDITS, Math.floor(word.length / 2))) found.push({ path: pathOf(child), edits });
      look(child);
    }
  };
  look(root);
  const least = Math.min(...found.map(({ edits }) => edits));
  return found
    .filter(({ edits }) => edits === least)
    .slice(0, SHOWN)
    .map(({ path }) => path);
}

/** Characters to insert, remove or replace to make one word of another. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
