import type { DiffPage, SchemaDifference } from "@heliosdb/client";
import { printable } from "./printable.js";
import { style } from "./style.js";

/** A table, index, view or trigger, with its CREATE statement. */
export interface Definition {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

/** The statements as a script. */
export function definitionLines(all: readonly Definition[]): readonly string[] {
  return all.map(({ sql }) => `${printable(sql)};`);
}

/** Definitions that differ: the lines of the other state with a minus, those of the branch with a plus. */
export function schemaDiffLines(
  from: DiffPage["from"],
  to: DiffPage["to"],
  all: readonly SchemaDifference[],
): readonly string[] {
  return [
    `--- ${from.branch}@scn:${from.scn}`,
    `+++ ${to.branch}@scn:${to.scn}`,
    ...all.flatMap((one) => [
      ...linesOf(one.from).map((line) => style.removed(`- ${line}`)),
      ...linesOf(one.to).map((line) => style.added(`+ ${line}`)),
    ]),
  ];
}

function linesOf(sql: string | null): readonly string[] {
  return sql === null ? [] : printable(sql).split("\n");
}
