import type { ColumnText, ConstraintText, TableText } from "../../schema/table-text.js";
import { foldName } from "../../sql/names.js";
import { withoutStyle } from "../../sql/tokenize.js";
import { SchemaConflict } from "./conflict.js";
import { isSameText, mergeText } from "./object-text.js";

/**
 * The CREATE TABLE statement with the changes of both sides, part by part: columns by name, constraints by name or
 * text. All three texts have the names of the merged schema. Throws SchemaConflict if both changed one part
 * differently.
 */
export function mergeTables(
  name: string,
  base: TableText | undefined,
  source: TableText,
  target: TableText,
): TableText {
  if (base && isSameTable(base, target)) return source;
  if (base && isSameTable(base, source)) return target;
  const options = mergeText(base?.options ?? "", source.options, target.options);
  if (!options) throw new SchemaConflict(name, "both sides changed its options differently");
  const constraintKey = constraintKeys(base?.constraints ?? [], source.constraints, target.constraints);
  checkReworded(name, base?.constraints ?? [], source.constraints, target.constraints, constraintKey);
  return {
    columns: mergeParts(name, "column", base?.columns, source.columns, target.columns, columnKey),
    constraints: mergeParts(
      name,
      "constraint",
      base?.constraints,
      source.constraints,
      target.constraints,
      constraintKey,
    ),
    options: options.text ?? "",
  };
}

/** True if the parts that both tables have are the same, so that ALTER TABLE can change one into the other. */
export function differsInColumnsOnly(a: TableText, b: TableText): boolean {
  const others = new Map(b.columns.map((column) => [columnKey(column), column.text]));
  return (
    isSameText(a.options, b.options) &&
    isSameList(a.constraints, b.constraints, constraintKeys(a.constraints, b.constraints)) &&
    a.columns.every((column) => {
      const other = others.get(columnKey(column));
      return other === undefined || isSameText(other, column.text);
    })
  );
}

export function isSameTable(a: TableText, b: TableText): boolean {
  return (
    a.columns.length === b.columns.length && isSameList(a.columns, b.columns, columnKey) && differsInColumnsOnly(a, b)
  );
}

function isSameList<T extends { readonly text: string }>(
  a: readonly T[],
  b: readonly T[],
  key: (part: T) => string,
): boolean {
  const others = new Map(b.map((part) => [key(part), part.text]));
  return a.length === b.length && a.every((part) => isSameText(part.text, others.get(key(part))));
}

function mergeParts<T extends { readonly text: string }>(
  table: string,
  what: "column" | "constraint",
  base: readonly T[] = [],
  source: readonly T[],
  target: readonly T[],
  key: (part: T) => string,
): T[] {
  const [were, theirs, own] = [base, source, target].map((parts) => new Map(parts.map((part) => [key(part), part])));
  const keys = [...new Set([...own!.keys(), ...theirs!.keys()])];
  return keys.flatMap((each): T[] => {
    const [there, here] = [theirs!.get(each), own!.get(each)];
    const merged = mergeText(were!.get(each)?.text, there?.text, here?.text);
    if (!merged) {
      const change = were!.has(each) ? "changed" : "added";
      throw new SchemaConflict(table, `both sides ${change} ${what} ${titleOf((there ?? here)!)} differently`);
    }
    if (merged.text === undefined) return [];
    return [merged.text === here?.text ? here : there!];
  });
}

/** An unnamed constraint can't be followed: if both sides replaced one, they may have changed the same one. */
function checkReworded(
  table: string,
  base: readonly ConstraintText[],
  source: readonly ConstraintText[],
  target: readonly ConstraintText[],
  constraintKey: ConstraintKey,
): void {
  const without = (parts: readonly ConstraintText[], ...others: (readonly ConstraintText[])[]) =>
    parts.filter((part) => !others.some((other) => other.some((each) => constraintKey(each) === constraintKey(part))));
  const unnamed = (parts: readonly ConstraintText[]) => parts.filter((part) => constraintKey(part).startsWith(BY_TEXT));
  const gone = without(unnamed(base), source, target);
  const [theirs, own] = [without(unnamed(source), base, target), without(unnamed(target), base, source)];
  if (gone.length === 0 || theirs.length === 0 || own.length === 0) return;
  throw new SchemaConflict(table, `both sides changed constraint ${gone[0]!.text} differently`);
}

function titleOf(part: { readonly text: string; readonly name?: string | null }): string {
  return part.name ?? part.text;
}

function columnKey({ name }: ColumnText): string {
  return foldName(name);
}

type ConstraintKey = (part: ConstraintText) => string;

const BY_TEXT = "text ";

/**
 * Constraints are identified by name. If a name is used twice in a table, names are ambiguous, and constraints are
 * identified by text.
 */
function constraintKeys(...tables: readonly (readonly ConstraintText[])[]): ConstraintKey {
  const twice = new Set(tables.flatMap(namedTwice));
  return ({ name, text }) =>
    name === null || twice.has(foldName(name)) ? BY_TEXT + withoutStyle(text) : `name ${foldName(name)}`;
}

function namedTwice(constraints: readonly ConstraintText[]): string[] {
  const names = constraints.flatMap(({ name }) => (name === null ? [] : [foldName(name)]));
  return names.filter((name, i) => names.indexOf(name) < i);
}
