import type { ConflictType, MergeConflict, MergeStrategy } from "@heliosdb/port";
import { type Candidates, KEYLESS, newestWrite } from "../../rows/candidates.js";
import { rowByName } from "../../rows/row-object.js";
import { encodeValues, keyText, type Row } from "../../rows/values.js";
import { countNames } from "../../values/result-size.js";
import { counted } from "../../values/sqlite-value.js";
import { shown } from "../../values/text-bytes.js";
import { baseOfTwins, completeRow, completeSource } from "./columns.js";
import { copyRows } from "./copied-rows.js";
import { DisputedKeys } from "./disputed-keys.js";
import { addKeyless, type KeylessChanges, planKeyless, removeKeyless } from "./keyless-rows.js";
import type { Resolutions } from "./resolutions.js";
import type { TableSides } from "./sides.js";
import type { Decision, TableResolutions } from "./table-resolutions.js";
import { type RowChange, TableWriter } from "./table-writer.js";
import { type BasePlace, type Place, threeWay, UNKNOWN, type Verdict } from "./three-way.js";

/** The merge's plan for one table. Nothing is written before every table has a plan. */
export interface TablePlan {
  readonly sides: TableSides;
  readonly changes: readonly RowChange[];
  readonly conflicts: readonly MergeConflict[];
  /** Rows that change without a conflict. Rows without a key are counted when they are applied. */
  readonly merged: number;
  /** True if rows without a key may have changed. */
  readonly keyless: boolean;
  /** Keys to be recorded as considered. */
  readonly considered: readonly string[];
}

/** Compares every candidate of one table, and resolves the conflicts that the strategy resolves. */
export function planTable(sides: TableSides, strategy: MergeStrategy, resolutions: Resolutions): TablePlan {
  const changes: RowChange[] = [];
  const settled: Settled[] = [];
  const considered: string[] = [];
  const candidates = sides.sourceCandidates();
  const own = resolutions.rows(sides.table.name, () => disputedKeys(sides, keysInConflict(sides, candidates)));
  let merged = 0;
  for (const [identity, candidate] of candidates.keyed) {
    considered.push(encodeValues(candidate.key));
    const { base, source, here, verdict } = compare(sides, candidate.key);
    if (verdict.kind === "same") continue;
    let after: Place;
    if (verdict.kind === "take") {
      after = verdict.row;
      merged++;
    } else {
      const isNumberedTwice = sides.table.rowidColumn !== null && typeOf(base, source, here?.row) === "insert_insert";
      const winner = decide(sides, strategy, identity, candidate, isNumberedTwice);
      const conflict: Disputed = { key: candidate.key, base, source, target: here?.row, winner };
      const result =
        verdict.kind === "row"
          ? settleRow(sides, conflict, own)
          : settleCells(sides, conflict, verdict.columns, verdict.row, own);
      settled.push(result);
      after = result.row;
    }
    // A row's value is unknown in a column that a side lacks and whose default varies.
    if (here && after?.includes(undefined))
      after = after.map((value, i) => (value === undefined ? here.row[i] : value));
    if (after === here?.row) continue;
    sides.memory.add(after);
    if (here) sides.memory.add(here.row);
    changes.push({ key: candidate.key, before: here?.row, rowid: here?.rowid ?? null, after });
  }
  if (candidates.keyless) considered.push(KEYLESS);
  return { sides, changes, conflicts: conflictsOf(sides, settled), merged, keyless: candidates.keyless, considered };
}

/** One row on all sides, and what becomes of it. */
interface Compared {
  readonly base: BasePlace;
  readonly source: Place;
  readonly here: { readonly rowid: bigint | null; readonly row: Row } | undefined;
  readonly verdict: Verdict;
}

function compare(sides: TableSides, key: Row): Compared {
  const found = sides.target.byKey(key);
  const here = found && { rowid: found.rowid, row: completeRow(sides.defaults, found.row) };
  const there = sides.source.byKey(key)?.row;
  const [base, source] = completed(sides, sides.base(key), there, here?.row);
  return { base, source, here, verdict: threeWay(base, source, here?.row) };
}

/** Every row is compared twice if there are resolutions: what each of them names depends on all rows in conflict. */
function* keysInConflict(sides: TableSides, { keyed }: Candidates): Iterable<Row> {
  for (const { key } of keyed.values()) {
    const { kind } = compare(sides, key).verdict;
    if (kind === "row" || kind === "cells") yield key;
  }
}

function disputedKeys(sides: TableSides, keys: Iterable<Row>): DisputedKeys {
  return new DisputedKeys(sides.table, (value, at) => sides.asKeyValue(value, at), keys);
}

function conflictsOf(sides: TableSides, settled: readonly Settled[]): MergeConflict[] {
  const show = keysShown(sides, settled);
  return settled.flatMap(({ key, conflicts }) => {
    const rowId = show(key);
    return conflicts.map((conflict): MergeConflict => ({ ...conflict, rowId }));
  });
}

function keysShown(sides: TableSides, settled: readonly Settled[]): (key: Row) => string {
  // Texts of rowids are all different.
  if (sides.table.rowidColumn !== null) return keyText;
  const keys = disputedKeys(
    sides,
    settled.map(({ key }) => key),
  );
  return (key) => keys.show(key);
}

/** Writes the plan. Returns the number of rows merged without a conflict. */
export function applyTable({ sides, changes, merged, keyless }: TablePlan): number {
  const writer = new TableWriter(sides);
  const rows: KeylessChanges = keyless ? planKeyless(sides) : { removed: [], added: [] };
  if (sides.rebuild) {
    copyRows(sides, sides.rebuild, changes, rows.removed);
    writer.fill(changes);
  } else {
    removeKeyless(sides, rows);
    writer.apply(changes);
  }
  addKeyless(sides, rows);
  return merged + rows.removed.length + rows.added.length;
}

function completed(sides: TableSides, was: BasePlace, there: Place, here: Place): [BasePlace, Place] {
  const { columns, defaults } = sides;
  const isNew = was === undefined && here === undefined;
  const source = there && completeSource(columns, defaults, there, isNew);
  if (was === UNKNOWN) return [was, source];
  if (was !== undefined) return [completeRow(defaults, was), source];
  return [source && here && baseOfTwins(columns, defaults, source, here), source];
}

/**
 * The side that wins a conflict; null if it is left to the caller. Two rows that both sides inserted under one rowid
 * are most likely two things that each branch numbered separately: the newer one must not silently replace the older.
 */
function decide(
  sides: TableSides,
  strategy: MergeStrategy,
  identity: string,
  candidate: { readonly key: Row; newest: number },
  isNumberedTwice: boolean,
): "source" | "target" | null {
  if (strategy === "source" || strategy === "target") return strategy;
  if (strategy !== "auto" || isNumberedTwice) return null;
  const { db, table, since, until } = sides.sourceLog;
  const source = newestWrite(db, table, candidate, since, until);
  const other = sides.targetLog();
  const target = newestWrite(
    other.db,
    other.table,
    sides.targetCandidates().keyed.get(identity),
    other.since,
    other.until,
  );
  return source > target ? "source" : "target";
}

/** A row that both sides changed in ways that don't merge. */
interface Disputed {
  readonly key: Row;
  readonly base: BasePlace;
  readonly source: Place;
  readonly target: Place;
  /** The winner by the strategy. */
  readonly winner: "source" | "target" | null;
}

interface Settled {
  readonly key: Row;
  readonly conflicts: readonly Omit<MergeConflict, "rowId">[];
  readonly row: Place;
}

function settleRow(sides: TableSides, disputed: Disputed, resolutions: TableResolutions | null): Settled {
  const { key, source, target, winner } = disputed;
  const decision = resolutions?.row(key, sides.columns) ?? null;
  const use = decision?.use ?? winner;
  const row = decision?.use === "value" ? decision.value : use === "source" ? source : target;
  const names = sides.columns.map((column) => column.name);
  const byName = (place: Place) => (place === undefined ? null : rowByName(names, place));
  const base = disputed.base === UNKNOWN ? undefined : disputed.base;
  const conflict: Omit<MergeConflict, "rowId"> = {
    table: sides.table.name,
    column: null,
    type: typeOf(disputed.base, source, target),
    base: byName(base),
    source: byName(source),
    target: byName(target),
    resolution: use,
    resolved: use === null ? null : byName(row),
    decidedBy: decidedBy(decision, use),
  };
  return { key, conflicts: [conflict], row };
}

/** `row` has every undisputed cell, and the target's values in the others. */
function settleCells(
  sides: TableSides,
  disputed: Disputed,
  columns: readonly number[],
  row: Row,
  resolutions: TableResolutions | null,
): Settled {
  const { key, source, target, winner } = disputed;
  const base = disputed.base === UNKNOWN ? undefined : disputed.base;
  const merged = [...row];
  const conflicts = columns.map((at): Omit<MergeConflict, "rowId"> => {
    const column = sides.columns[at]!.name;
    countNames(column.length);
    const decision = resolutions?.cell(key, column) ?? null;
    const use = decision?.use ?? winner;
    if (decision?.use === "value") merged[at] = decision.value![0];
    else if (use === "source") merged[at] = source![at];
    const cell = (value: Row[number]) => counted(shown(value ?? null));
    return {
      table: sides.table.name,
      column,
      type: "update_update",
      base: cell(base?.[at]),
      source: cell(source![at]),
      target: cell(target![at]),
      resolution: use,
      resolved: use === null ? null : cell(merged[at]),
      decidedBy: decidedBy(decision, use),
    };
  });
  return { key, conflicts, row: merged };
}

function decidedBy(decision: Decision | null, use: Decision["use"] | null): MergeConflict["decidedBy"] {
  if (use === null) return null;
  return decision === null ? "strategy" : "caller";
}

function typeOf(base: BasePlace, source: Place, target: Place): ConflictType {
  if (source === undefined) return "delete_update";
  if (target === undefined) return "update_delete";
  return base === undefined ? "insert_insert" : "update_update";
}
