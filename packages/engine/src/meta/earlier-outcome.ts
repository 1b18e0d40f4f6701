import type { ColumnType, MergeConflict, StatementResult, Value } from "@heliosdb/port";

/** A cell as earlier releases stored it, before values were exact: as JSON. */
type Cell = null | boolean | number | string;

interface EarlierRows {
  readonly columns: readonly string[];
  readonly columnTypes: readonly ColumnType[];
  readonly rows: readonly (readonly Cell[])[];
  readonly truncated: boolean;
}

interface EarlierOutcome {
  readonly results?: readonly (Omit<StatementResult, "returning"> & { readonly returning?: EarlierRows })[];
  readonly ids?: readonly (Cell | readonly Cell[])[];
  readonly conflicts?: readonly MergeConflict[];
}

/**
 * Converts an outcome that an earlier release stored to the current format. What that release didn't store stays
 * unknown: the rowid of an inserted row and a column's declaration are null, and conflicts count as settled by the
 * strategy.
 */
export function fromEarlier(outcome: EarlierOutcome): object {
  const { results, ids, conflicts } = outcome;
  return {
    ...outcome,
    ...(results && { results: results.map(resultOf) }),
    ...(ids && { ids: ids.map((id) => (isList(id) ? id.map((cell) => exactOf(cell)) : exactOf(id))) }),
    ...(conflicts && { conflicts: conflicts.map(conflictOf) }),
  };
}

function resultOf({ returning, ...result }: NonNullable<EarlierOutcome["results"]>[number]): StatementResult {
  return { ...result, lastInsertId: null, ...(returning && { returning: rowsOf(returning) }) };
}

function rowsOf({ columns, columnTypes, rows, truncated }: EarlierRows): StatementResult["returning"] {
  return {
    columns: columns.map((name, i) => ({ name, type: columnTypes[i]!, declared: null })),
    rows: rows.map((row) => row.map((cell, i) => exactOf(cell, columnTypes[i]))),
    truncated,
  };
}

function conflictOf({ base, source, target, resolved, ...conflict }: MergeConflict): MergeConflict {
  return {
    ...conflict,
    base: sideOf(base),
    source: sideOf(source),
    target: sideOf(target),
    resolved: sideOf(resolved),
    decidedBy: conflict.resolution === null ? null : "strategy",
  };
}

/** A cell, or a row by column name. */
function sideOf(side: unknown): MergeConflict["base"] {
  if (side === null || typeof side !== "object") return exactOf(side as Cell);
  return Object.fromEntries(Object.entries(side).map(([name, cell]) => [name, exactOf(cell)]));
}

function exactOf(cell: Cell, type?: ColumnType): Value {
  if (typeof cell === "boolean") return cell ? 1n : 0n;
  if (typeof cell === "number") return type !== "float8" && Number.isSafeInteger(cell) ? BigInt(cell) : cell;
  if (typeof cell !== "string") return cell;
  if (type === "bytea") return Buffer.from(cell, "base64");
  if (type === "float8" && /^-?Infinity$/.test(cell)) return Number(cell);
  // Integers beyond JSON's exact range were stored as text.
  return (type === "int4" || type === "int8") && /^-?\d{16,19}$/.test(cell) ? BigInt(cell) : cell;
}

function isList(id: Cell | readonly Cell[]): id is readonly Cell[] {
  return Array.isArray(id);
}
