import type { ConflictType, MergeConflict, MergeStrategy } from "@heliosdb/port";
import { toCell } from "../read/cells.js";
import { type RowChange, TableWriter } from "./apply.js";
import { LOOSE, newestWrite } from "./candidates.js";
import { completeBase, completeSource } from "./columns.js";
import { mergeLoose } from "./loose-rows.js";
import type { TableSides } from "./sides.js";
import { type BasePlace, type Place, threeWay, UNKNOWN } from "./three-way.js";
import { encodeValues, keyText, type Row, rowJson } from "./values.js";

export interface TableOutcome {
  /** Rows applied without a conflict. */
  readonly merged: number;
  readonly conflicts: readonly MergeConflict[];
  /** Keys to be recorded as considered. */
  readonly considered: readonly string[];
}

/** Merges the rows of one table: compares every candidate, resolves what the strategy resolves, writes the result. */
export function mergeTable(sides: TableSides, strategy: MergeStrategy): TableOutcome {
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
      if (verdict.kind === "cells") {
        after =
          winner === "source"
            ? verdict.row.map((value, i) => (verdict.columns.includes(i) ? source![i] : value))
            : verdict.row;
      } else after = winner === "source" ? source : here?.row;
    }
    changes.push({ key: candidate.key, before: here?.row, rowid: here?.rowid ?? null, after });
  }
  if (conflicts.length > 0 && (strategy === "manual" || strategy === "abort")) return { merged, conflicts, considered };
  new TableWriter(sides.db, sides.table, sides.columns).apply(
    changes.filter((change) => change.before !== change.after),
  );
  if (candidates.loose) {
    merged += mergeLoose(sides);
    considered.push(LOOSE);
  }
  return { merged, conflicts, considered };
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
