import type { Cell, DiffPage, RowDifference, SchemaDifference } from "@heliosdb/client";
import { oneLine } from "./printable.js";
import { type Style, style } from "./style.js";

const SIGNS = { insert: "+", update: "~", delete: "-", added: "+", altered: "~", dropped: "-" } as const;

const STYLES: { readonly [sign: string]: Style } = { "+": style.added, "-": style.removed, "~": style.changed };

/** A diff for people: one line for each addition (+), change (~) or removal (-). */
export function diffLines({ from, to, schema, rows }: Omit<DiffPage, "tables" | "nextCursor">): string[] {
  return [
    `--- ${from.branch}@scn:${from.scn}`,
    `+++ ${to.branch}@scn:${to.scn}`,
    ...schema.map(schemaLine).map(coloured),
    ...rows.map(rowLine).map(coloured),
  ];
}

function coloured(line: string): string {
  return STYLES[line[0] ?? ""]?.(line) ?? line;
}

function schemaLine({ change, type, name }: SchemaDifference): string {
  return `${SIGNS[change]} ${type} ${oneLine(name)}`;
}

function rowLine(row: RowDifference): string {
  const head = `${SIGNS[row.kind]} ${oneLine(row.table)}${keyText(row.key)}`;
  const { from, to } = row;
  if (from !== null && to !== null) {
    return `${head}  ${row.changed.map((column) => `${columnText(column, from)} -> ${valueText(to[column])}`).join(", ")}`;
  }
  const side = to ?? from ?? {};
  return `${head}  ${Object.keys(side)
    .map((column) => columnText(column, side))
    .join(", ")}`;
}

function columnText(column: string, row: Readonly<Record<string, Cell>>): string {
  return `${oneLine(column)}: ${valueText(row[column])}`;
}

function valueText(value: Cell | undefined): string {
  return value === null || value === undefined ? "NULL" : oneLine(JSON.stringify(value));
}

/** As conflicts show it, and as `--resolve` takes it. */
function keyText(key: readonly Cell[]): string {
  if (key.length === 0) return "";
  return oneLine(`:${key.length === 1 ? String(key[0]) : JSON.stringify(key)}`);
}
