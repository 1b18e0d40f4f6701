import type { Connection } from "../file/connection.js";
import type { PastState } from "../past/past-state.js";
import { keyedSource } from "../past/shadow-table.js";
import { type Epoch, storedColumns, type TableDef } from "../schema/model.js";
import type { BranchFile } from "../write/branch-file.js";
import type { Base } from "./bases.js";
import { type Candidates, findCandidates } from "./candidates.js";
import { alignColumns, type MergeColumn } from "./columns.js";
import { RowReader } from "./row-reader.js";
import { type BasePlace, foldBases } from "./three-way.js";
import type { Row } from "./values.js";

/** One side of a merge: a held state, and where its log begins to differ from the bases. */
export interface Side {
  readonly state: PastState;
  readonly since: number;
}

/** What is read of a base. */
export type BaseState = Pick<PastState, "epoch"> & Partial<Pick<PastState, "db" | "keyed">>;

/** The base of branches that share nothing but the first commit of all. */
export const NOTHING: BaseState = { epoch: { scn: 0, tables: [], objects: [] } };

/** Opens the states of bases, and finds the bases of two of them. */
export interface BaseStates {
  open(base: Base): BaseState;
  common(a: Base, b: Base): Base[];
}

/** The part of a table's log that a side does not share with the bases. */
export interface LogRange {
  readonly db: Connection;
  readonly table: TableDef;
  readonly since: number;
  readonly until: number;
}

/** One table as source, bases and target have it. */
export class TableSides {
  readonly columns: MergeColumn[];
  readonly source: RowReader;
  readonly target: RowReader;
  readonly db: Connection;
  private readonly baseReaders = new Map<string, RowReader | null>();
  private ofTarget: Candidates | undefined;

  constructor(
    readonly table: TableDef,
    private readonly sourceSide: Side,
    private readonly targetSide: Side,
    private readonly bases: readonly Base[],
    private readonly states: BaseStates,
    file: BranchFile,
    targetBefore: Epoch,
  ) {
    this.db = file.db;
    const there = this.find(sourceSide.state.epoch)!;
    const was = this.find(states.open(bases[0]!).epoch);
    this.columns = alignColumns(table, there, was, this.find(targetBefore));
    this.source = this.reader(sourceSide.state, there, "source");
    this.target = new RowReader(
      file.db,
      keyedSource(table),
      table,
      storedColumns(table).map((column) => column.name),
    );
  }

  get sourceLog(): LogRange {
    const { state, since } = this.sourceSide;
    return { db: state.db, table: this.find(state.epoch)!, since, until: state.scn };
  }

  targetLog(): LogRange {
    const { state, since } = this.targetSide;
    return { db: state.db, table: this.find(state.epoch) ?? this.table, since, until: state.scn };
  }

  sourceCandidates(): Candidates {
    return candidates(this.sourceSide, this.find(this.sourceSide.state.epoch)!);
  }

  /** What the target may have changed; found only when a conflict asks who wrote last. */
  targetCandidates(): Candidates {
    const table = this.find(this.targetSide.state.epoch);
    this.ofTarget ??= table ? candidates(this.targetSide, table) : { keyed: new Map(), loose: false };
    return this.ofTarget;
  }

  base(key: Row): BasePlace {
    return this.fold(this.bases, (base) => this.baseReader(base)?.byKey(key)?.row);
  }

  /** How often each row without a key is in the base; several bases are folded like any merge of such rows. */
  looseBase(identity: (row: Row) => string): Map<string, number> {
    return this.foldLoose(this.bases, (base) => {
      const counts = new Map<string, number>();
      for (const { row } of this.baseReader(base)?.loose() ?? []) {
        const text = identity(row);
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
      return counts;
    });
  }

  private foldLoose(bases: readonly Base[], at: (base: Base) => Map<string, number>): Map<string, number> {
    let counts = at(bases[0]!);
    for (let i = 1; i < bases.length; i++) {
      const commons = this.commonBases(bases, i);
      const common = commons.length === 0 ? new Map<string, number>() : this.foldLoose(commons, at);
      const other = at(bases[i]!);
      const texts = new Set([...counts.keys(), ...other.keys()]);
      counts = new Map(
        [...texts].map((text) => [
          text,
          Math.max(0, (counts.get(text) ?? 0) + (other.get(text) ?? 0) - (common.get(text) ?? 0)),
        ]),
      );
    }
    return counts;
  }

  /** Several bases are themselves merged, pair by pair, over their own bases. */
  private fold(bases: readonly Base[], at: (base: Base) => BasePlace): BasePlace {
    let place = at(bases[0]!);
    for (let i = 1; i < bases.length; i++) {
      const commons = this.commonBases(bases, i);
      const common = commons.length === 0 ? undefined : this.fold(commons, at);
      place = foldBases(common, place, at(bases[i]!));
    }
    return place;
  }

  /** The merge bases of the base at `i` and those before it. */
  private commonBases(bases: readonly Base[], i: number): Base[] {
    const commons = bases.slice(0, i).flatMap((earlier) => this.states.common(earlier, bases[i]!));
    return commons
      .filter(
        (common) =>
          !commons.some((other) => other.scn !== common.scn && (other.reach.get(common.branch) ?? 0) >= common.scn),
      )
      .filter((common, at, all) => all.findIndex((other) => other.scn === common.scn) === at)
      .sort((a, b) => a.scn - b.scn);
  }

  private baseReader(base: Base): RowReader | null {
    const name = `${base.branch}@${base.scn}`;
    const known = this.baseReaders.get(name);
    if (known !== undefined) return known;
    const state = this.states.open(base);
    const table = this.find(state.epoch);
    const reader = table ? this.reader(state, table, "base") : null;
    this.baseReaders.set(name, reader);
    return reader;
  }

  private reader(state: BaseState, table: TableDef, side: "source" | "base"): RowReader {
    return new RowReader(
      state.db!,
      state.keyed!(table),
      table,
      this.columns.map((column) => column[side]),
    );
  }

  private find(epoch: Epoch): TableDef | undefined {
    return (
      epoch.tables.find((other) => other.uid === this.table.uid) ??
      epoch.tables.find((other) => other.name === this.table.name)
    );
  }
}

export function candidates(side: Side, table: TableDef): Candidates {
  const { state, since } = side;
  const own = new RowReader(
    state.db,
    state.keyed(table),
    table,
    storedColumns(table).map((column) => column.name),
  );
  return findCandidates(state.db, table, own, since, state.scn);
}
