import type { ConflictType, MergeConflict, MergeStrategy } from "@heliosdb/port";
import { toCell } from "../read/cells.js";
import { type RowChange, TableWriter } from "./apply.js";
import { LOOSE, newestWrite } from "./candidates.js";
import { completeBase, completeSource } from "./columns.js";
import { mergeLoose } from "./loose-rows.js";
import type { TableSides } from "./sides.js";
import { type BasePlace, type Place, threeWay, UNKNOWN } from "./three-way.js";
import { encodeValues, keyText, type Row, rowJson } from "./values.js";

/** What the merge found for one table. Nothing is written before every table has been looked at. */
export interface TablePlan {
  readonly sides: TableSides;
  readonly changes: readonly RowChange[];
  readonly conflicts: readonly MergeConflict[];
  /** Rows that change without a conflict; those without a key are counted when they are applied. */
  readonly merged: number;
  /** True where rows without a key may have changed. */
  readonly loose: boolean;
  /** Keys to be recorded as considered. */
  readonly considered: readonly string[];
}

/** Compares every candidate of one table and resolves what the strategy resolves. */
export function planTable(sides: TableSides, strategy: MergeStrategy): TablePlan {
  const changes: RowChange[] = [];
  const conflicts: MergeConflict[] = [];
  const considered: string[] = [];
  const candidates = sides.sourceCandidates();
  let merged = 0;
  for (const [identity, candidate] of candidates.keyed) {
    considered.push(encodeValues(candidate.key));
    const here = sides.target.byKey(candidate.key);
    const there = sides.source.byKey(candidate.key)?.row;
    const was = sides.base(candidate.key);
    const [base, source] = completed(sides, was, there, here?.row);
    const verdict = threeWay(base, source, here?.row);
    if (verdict.kind === "same") continue;
    let after: Place;
    if (verdict.kind === "take") {
      after = verdict.row;
      merged++;
    } else {
      const winner = decide(sides, strategy, identity, candidate);
      const columns = verdict.kind === "cells" ? verdict.columns : null;
      conflicts.push(...describe(sides, candidate.key, base, source, here?.row, columns, winner));
      if (verdict.kind === "row") after = winner === "source" ? source : here?.row;
      else if (winner !== "source") after = verdict.row;
      else after = verdict.row.map((value, i) => (verdict.columns.includes(i) ? source![i] : value));
    }
    if (after !== here?.row) changes.push({ key: candidate.key, before: here?.row, rowid: here?.rowid ?? null, after });
  }
  if (candidates.loose) considered.push(LOOSE);
  return { sides, changes, conflicts, merged, loose: candidates.loose, considered };
}

/** Writes what was planned; gives the number of rows merged without a conflict. */
export function applyTable({ sides, changes, merged, loose }: TablePlan): number {
  new TableWriter(sides.db, sides.table, sides.columns).apply(changes);
  return loose ? merged + mergeLoose(sides) : merged;
}

function completed(sides: TableSides, was: BasePlace, there: Place, here: Place): [BasePlace, Place] {
  const knownBase = was === UNKNOWN ? undefined : was;
  const source = there && completeSource(sides.columns, there, knownBase, here);
  if (was === UNKNOWN || was === undefined) return [was, source];
  return [completeBase(sides.columns, was, source, here), source];
}

/** Who wins a conflict; null where it is left to the caller. */
function decide(
  sides: TableSides,
  strategy: MergeStrategy,
  identity: string,
  candidate: { readonly key: Row; newest: number },
): "source" | "target" | null {
  if (strategy === "source" || strategy === "target") return strategy;
  if (strategy !== "auto") return null;
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

function describe(
  sides: TableSides,
  key: Row,
  base: BasePlace,
  source: Place,
  target: Place,
  columns: readonly number[] | null,
  winner: "source" | "target" | null,
): MergeConflict[] {
  const names = sides.columns.map((column) => column.name);
  const common = { table: sides.table.name, rowId: keyText(key), resolution: winner };
  const known = base === UNKNOWN ? undefined : base;
  if (columns === null) {
    const [s, t] = [rowJson(names, source), rowJson(names, target)];
    const resolved = winner === null ? null : winner === "source" ? s : t;
    return [
      {
        ...common,
        column: null,
        type: typeOf(known, source, target),
        base: rowJson(names, known),
        source: s,
        target: t,
        resolved,
      },
    ];
  }
  return columns.map((at): MergeConflict => {
    const [b, s, t] = [known?.[at], source?.[at], target?.[at]].map((value) => toCell(value ?? null));
    const resolved = winner === null ? null : winner === "source" ? s! : t!;
    return { ...common, column: names[at]!, type: "update_update", base: b!, source: s!, target: t!, resolved };
  });
}

function typeOf(base: Place, source: Place, target: Place): ConflictType {
  if (source === undefined) return "delete_update";
  if (target === undefined) return "update_delete";
  return base === undefined ? "insert_insert" : "update_update";
}
