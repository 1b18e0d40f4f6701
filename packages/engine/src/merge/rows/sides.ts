import type { Connection } from "../../file/connection.js";
import { foldMergeBases } from "../../lineage/fold-bases.js";
import type { MergeBase } from "../../lineage/merge-bases.js";
import type { PastView } from "../../past/past-view.js";
import { keyedSource } from "../../past/shadow-table.js";
import { type Candidate, type Candidates, findCandidates } from "../../rows/candidates.js";
import { InitialValues } from "../../rows/column-default.js";
import { RowReader } from "../../rows/row-reader.js";
import { keyIdentity, type Row } from "../../rows/values.js";
import { affinityOf } from "../../schema/affinity.js";
import { type Epoch, storedColumns, type TableDef } from "../../schema/model.js";
import { ident } from "../../sql/names.js";
import type { SqliteValue } from "../../values/sqlite-value.js";
import type { BranchFile } from "../../write/branch-file.js";
import type { Rebuild } from "../schema/rebuild.js";
import { isReplacement, type SchemaIdentity, storedColumnNamed } from "../schema/schema-identity.js";
import { alignColumns, type MergeColumn } from "./columns.js";
import type { ConvertedValues } from "./converted-values.js";
import type { PlanMemory } from "./plan-memory.js";
import { type BasePlace, foldPlaces } from "./three-way.js";

/** One side of a merge: a pinned state, and where its log begins to differ from the bases. */
export interface Side {
  readonly state: PastView;
  readonly since: number;
  /** Of both sides. */
  readonly memory: PlanMemory;
}

/** The parts of a base that are read. */
export type BaseView = Pick<PastView, "epoch"> & Partial<Pick<PastView, "db" | "keyed">>;

/** The base of branches that share nothing but the very first commit. */
export const NOTHING: BaseView = { epoch: { scn: 0, tables: [], objects: [] } };

/** Opens the states of bases, and finds the bases of two of them. */
export interface BaseViews {
  open(base: MergeBase): BaseView;
  common(a: MergeBase, b: MergeBase): MergeBase[];
}

/** The part of a table's log that a side does not share with the bases. */
export interface LogRange {
  readonly db: Connection;
  readonly table: TableDef;
  readonly since: number;
  readonly until: number;
}

/** State shared by the tables of one merge. */
export interface MergeSides {
  readonly source: Side;
  readonly target: Side;
  readonly bases: readonly MergeBase[];
  readonly views: BaseViews;
  readonly identity: SchemaIdentity;
  /** The target's schema before it was merged. */
  readonly targetBefore: Epoch;
  /** Tables to be rebuilt, by uid; known once the schemas are merged. */
  rebuilds: ReadonlyMap<string, Rebuild>;
  readonly converted: ConvertedValues;
  readonly file: BranchFile;
}

/** What a base has of a table: it, only the one that it replaced (see `replaced`), or neither; and what was read. */
interface OfBase<T> {
  readonly has: "itself" | "predecessor" | "nothing";
  readonly value: T;
}

/** One table as source, bases and target have it. */
export class TableSides {
  readonly columns: MergeColumn[];
  readonly defaults: InitialValues;
  readonly source: RowReader;
  /** The target's rows as they are before the merge. */
  readonly target: RowReader;
  readonly db: Connection;
  readonly rebuild: Rebuild | undefined;
  /** The name of the table that the merge writes to, and its quoted form. */
  readonly physical: string;
  readonly into: string;
  private readonly there: TableDef;
  private readonly hereBefore: TableDef | undefined;
  private readonly baseReaders = new Map<string, OfBase<RowReader | null>>();
  private ofTarget: Candidates | undefined;

  constructor(
    /** As in the merged schema. */
    readonly table: TableDef,
    private readonly merge: MergeSides,
  ) {
    const { identity, source, file } = merge;
    this.db = file.db;
    this.rebuild = merge.rebuilds.get(table.uid);
    this.physical = this.rebuild?.physical ?? table.name;
    this.into = `main.${ident(this.physical)}`;
    this.there = this.find(source.state.epoch)!;
    this.hereBefore = this.find(merge.targetBefore);
    this.columns = alignColumns(table, this.there, this.hereBefore, (other, column) => identity.column(other, column));
    this.defaults = new InitialValues(this.filled());
    this.source = this.reader(source.state.db, source.state.keyed(this.there), this.there);
    const old = this.rebuild?.old ?? table;
    this.target = this.reader(file.db, keyedSource(old), old);
  }

  get memory(): PlanMemory {
    return this.merge.source.memory;
  }

  /** The table with the values that a rebuild on either side put into all rows. */
  private filled(): TableDef {
    const { identity } = this.merge;
    const columns = this.table.columns.map((column) => {
      const fill = column.fill ?? identity.column(this.there, column)?.fill;
      return fill === undefined ? column : { ...column, fill };
    });
    return { ...this.table, columns };
  }

  /** Reads a version of the table in the columns of the merged one, with values as that one would store them. */
  private reader(db: Connection, from: string, version: TableDef, byName = false): RowReader {
    const own = storedColumns(this.table).map((column) =>
      byName ? storedColumnNamed(version, column.name) : this.merge.identity.column(version, column),
    );
    const conversions = storedColumns(this.table).map((column, i) => {
      const affinity = affinityOf(column.declaredType);
      const theirs = own[i] && affinityOf(own[i].declaredType);
      if (theirs === undefined || theirs === affinity) return null;
      return (value: SqliteValue) => this.merge.converted.of(affinity, value);
    });
    const names = own.map((column) => (column && !column.generated ? column.name : null));
    return new RowReader(db, from, version, names, conversions);
  }

  get sourceLog(): LogRange {
    const { state, since } = this.merge.source;
    return { db: state.db, table: this.there, since, until: state.scn };
  }

  targetLog(): LogRange {
    const { state, since } = this.merge.target;
    return { db: state.db, table: this.find(state.epoch) ?? this.table, since, until: state.scn };
  }

  sourceCandidates(): Candidates {
    // A restore, or a merge that kept the table, has it when a base has lost it: then no log says what is new there.
    const isNew = this.merge.bases.some((base) => !this.find(this.merge.views.open(base).epoch));
    const found = this.typed(candidates(this.merge.source, this.there, isNew), this.there);
    for (const base of this.merge.bases) this.addReplaced(base, found);
    return found;
  }

  /** Keys that the target may have changed; found only when a conflict needs to know who wrote last. */
  targetCandidates(): Candidates {
    const table = this.find(this.merge.target.state.epoch);
    this.ofTarget ??= table
      ? this.typed(candidates(this.merge.target, table), table)
      : { keyed: new Map(), keyless: false, keylessWritten: false };
    return this.ofTarget;
  }

  /** Keys as in the merged table: if a side changed the type of a key, '1' may have become 1. */
  private typed(found: Candidates, version: TableDef): Candidates {
    const affinities = (table: TableDef) =>
      table.primaryKey.map((name) => affinityOf(table.columns.find((column) => column.name === name)!.declaredType));
    const wanted = affinities(this.table);
    const isSame = [version, this.hereBefore ?? version].every((each) => affinities(each).join() === wanted.join());
    if (this.table.rowidColumn !== null || isSame) return found;
    const keyed = new Map<string, Candidate>();
    for (const candidate of found.keyed.values()) {
      const key = candidate.key.map((value, i) => this.merge.converted.of(wanted[i]!, value ?? null));
      const identity = keyIdentity(this.table, key);
      const known = keyed.get(identity);
      const newest = Math.max(candidate.newest, known?.newest ?? 0);
      keyed.set(identity, { ...candidate, key, newest, above: known?.above ?? candidate.above });
    }
    return { ...found, keyed };
  }

  /** A value as the column at a place of the merged table's key stores it. */
  asKeyValue(value: Row[number], at: number): Row[number] {
    const column = this.table.columns.find(({ name }) => name === this.table.primaryKey[at]);
    return column ? this.merge.converted.of(affinityOf(column.declaredType), value ?? null) : value;
  }

  base(key: Row): BasePlace {
    return this.foldBases<BasePlace>((rows) => rows?.byKey(key)?.row, foldPlaces);
  }

  /** How often the base has each row without a key; several bases are folded like any merge of such rows. */
  keylessBase(identity: (row: Row) => string): Map<string, number> {
    const count = (rows: RowReader | null) => {
      const counts = new Map<string, number>();
      for (const { row } of rows?.keyless() ?? []) {
        const text = identity(row);
        const times = counts.get(text) ?? 0;
        if (times === 0) this.memory.add([text]);
        counts.set(text, times + 1);
      }
      return counts;
    };
    return this.foldBases(count, (common, a, b) => {
      const texts = new Set([...a.keys(), ...b.keys()]);
      return new Map(
        [...texts].map((text) => [
          text,
          Math.max(0, (a.get(text) ?? 0) + (b.get(text) ?? 0) - (common.get(text) ?? 0)),
        ]),
      );
    });
  }

  /** Reads from each base, which may have no such table, and folds what was read three-way. */
  private foldBases<T>(read: (rows: RowReader | null) => T, merge: (common: T, a: T, b: T) => T): T {
    const { bases, views } = this.merge;
    const readBase = (base: MergeBase): OfBase<T> => {
      const { has, value: rows } = this.baseReader(base);
      return { has, value: read(rows) };
    };
    return foldMergeBases<OfBase<T>>(bases, views.common, readBase, (common, a, b) => {
      const all = [a.has, b.has];
      // One of the two dropped the predecessor for good, so that all of what replaced it is new in the other.
      const isNew = common?.has === "predecessor" && all.includes("nothing");
      const was = common === undefined || isNew ? read(null) : common.value;
      const has = all.includes("itself") ? "itself" : all.includes("predecessor") ? "predecessor" : "nothing";
      return { has, value: merge(was, a.value, b.value) };
    }).value;
  }

  private baseReader(base: MergeBase): OfBase<RowReader | null> {
    const name = `${base.branch}@${base.scn}`;
    const known = this.baseReaders.get(name);
    if (known !== undefined) return known;
    const state = this.merge.views.open(base);
    const own = this.find(state.epoch);
    const table = own ?? this.replaced(state.epoch);
    const value = table ? this.reader(state.db!, state.keyed!(table), table, !own) : null;
    const found: OfBase<RowReader | null> = { has: own ? "itself" : table ? "predecessor" : "nothing", value };
    this.baseReaders.set(name, found);
    return found;
  }

  /**
   * The table of a base that both sides dropped and made again identically, as SQLite advises if ALTER TABLE does not
   * suffice: its rows are the common start of both. If only the source did so, its rows are new to the target.
   */
  private replaced(epoch: Epoch): TableDef | undefined {
    if (this.hereBefore === undefined) return undefined;
    const { identity, source, targetBefore } = this.merge;
    const named = epoch.tables.find((table) => isReplacement(this.table, table));
    const stays = named && (identity.table(source.state.epoch, named) ?? identity.table(targetBefore, named));
    return stays ? undefined : named;
  }

  /** Rows that a rebuild did not copy are in no log, so every key of the old table is considered. */
  private addReplaced(base: MergeBase, found: Candidates): void {
    const { has, value: reader } = this.baseReader(base);
    if (has !== "predecessor" || reader === null) return;
    const names = storedColumns(this.table).map((column) => column.name);
    const positions = this.table.primaryKey.map((column) => names.indexOf(column));
    for (const { rowid, row } of reader.above(null)) {
      const key = this.table.rowidColumn === null ? positions.map((at) => row[at]) : [rowid!];
      if (key.length === 0 || key.some((value) => value === null || value === undefined)) found.keyless = true;
      else {
        const text = keyIdentity(this.table, key);
        if (found.keyed.has(text)) continue;
        this.memory.add(key);
        found.keyed.set(text, { key, newest: 0 });
      }
    }
  }

  private find(epoch: Epoch): TableDef | undefined {
    return this.merge.identity.table(epoch, this.table);
  }
}

export function candidates(side: Side, table: TableDef, all = false): Candidates {
  const { state, since, memory } = side;
  const own = new RowReader(
    state.db,
    state.keyed(table),
    table,
    storedColumns(table).map((column) => column.name),
  );
  return findCandidates(state.db, table, own, since, state.scn, { all, found: (key) => memory.add(key) });
}
