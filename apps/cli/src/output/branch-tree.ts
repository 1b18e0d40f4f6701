import type { Branch } from "@heliosdb/client";
import { oneLine } from "./printable.js";
import { relativeTime } from "./relative-time.js";
import { style } from "./style.js";

type Drawn = Pick<Branch, "name" | "parent" | "state" | "scn" | "updatedAt">;

/** Branches as a tree, a line for each. One whose parent is not in the list is drawn at the top. */
export function treeLines(branches: readonly Drawn[]): readonly string[] {
  const names = new Set(branches.map(({ name }) => name));
  const children = new Map<string | null, Drawn[]>();
  for (const branch of branches) {
    const parent = branch.parent !== null && names.has(branch.parent) ? branch.parent : null;
    children.set(parent, [...(children.get(parent) ?? []), branch]);
  }
  const lines: string[] = [];
  const draw = (branch: Drawn, before: string, own: string, below: string) => {
    lines.push(before + own + lineOf(branch));
    const all = children.get(branch.name) ?? [];
    all.forEach((child, index) => {
      const isLast = index === all.length - 1;
      draw(child, before + below, isLast ? "└─ " : "├─ ", isLast ? "   " : "│  ");
    });
  };
  for (const root of children.get(null) ?? []) draw(root, "", "", "");
  return lines;
}

function lineOf({ name, state, scn, updatedAt }: Drawn): string {
  const facts = [`scn ${scn}`, relativeTime(updatedAt), ...(state === "Active" ? [] : [state.toLowerCase()])];
  return `${style.name(oneLine(name))} ${style.faint(`(${facts.join(", ")})`)}`;
}
