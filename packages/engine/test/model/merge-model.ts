import type { Exact } from "../support/exact.js";
import type { Kind } from "./kinds/kind.js";
import type { WrittenRow } from "./written-rows.js";

export type Row = readonly Exact[];
/** By table, without generated columns: these follow from the others. */
export type Rows = ReadonlyMap<string, readonly Row[]>;

export interface ModelCommit {
  readonly scn: number;
  /** SCNs; the first is the predecessor on the lineage. */
  readonly parents: readonly number[];
  readonly rows: Rows;
  /** Rows that the commit's statements wrote, whether their values changed or not. */
  readonly written: readonly WrittenRow[];
}

const UNKNOWN = Symbol("unknown");
type Place = Row | undefined | typeof UNKNOWN;

export interface MergedState {
  readonly rows: Map<string, Row[]>;
  readonly conflicts: number;
  /** Some of the conflicts are left to the caller. */
  readonly open: boolean;
  readonly merged: number;
}

/** The merge as its users understand it: whole states, git's merge bases on the graph of commits. */
export class MergeModel {
  constructor(
    private readonly kinds: readonly Kind[],
    private readonly commits: ReadonlyMap<number, ModelCommit>,
  ) {}

  bases(a: number, b: number): number[] {
    const common = [...this.ancestors(a)].filter((scn) => this.ancestors(b).has(scn));
    return common
      .filter((scn) => !common.some((other) => other !== scn && this.ancestors(other).has(scn)))
      .sort((x, y) => x - y);
  }

  contains(whole: number, part: number): boolean {
    return this.ancestors(whole).has(part);
  }

  /** Null where there is nothing new. */
  merge(source: number, target: number, strategy: "auto" | "source" | "target" | "manual"): MergedState | null {
    const bases = this.bases(source, target);
    if (bases.includes(source)) return null;
    const rows = new Map<string, Row[]>();
    let [conflicts, merged] = [0, 0];
    let open = false;
    for (const table of this.kinds) {
      const loose = this.mergeLoose(table, bases, source, target);
      merged += loose.merged;
      rows.set(table.name, loose.rows);
      if (table.key.length === 0) continue;
      const [there, here] = [this.byKey(source, table), this.byKey(target, table)];
      const base = (key: string) => this.fold(bases, table, key);
      const result = loose.rows;
      const keys = new Set([
        ...there.keys(),
        ...here.keys(),
        ...bases.flatMap((scn) => [...this.byKey(scn, table).keys()]),
      ]);
      for (const key of keys) {
        const winner = () => {
          if (strategy === "source" || strategy === "target") return strategy;
          const newest = (side: number) => this.newestWrite(side, bases, table, key);
          return newest(source) > newest(target) ? "source" : "target";
        };
        const verdict = three(base(key), there.get(key), here.get(key));
        let row = verdict.row;
        if (verdict.conflict > 0) {
          conflicts += verdict.conflict;
          const numberedTwice = table.numbered && base(key) === undefined && there.has(key) && here.has(key);
          open ||= strategy === "manual" || (strategy === "auto" && numberedTwice === true);
          if (winner() === "source") row = verdict.ifSource;
        } else if (JSON.stringify(row) !== JSON.stringify(here.get(key))) merged++;
        if (row !== undefined) result.push(row as Row);
      }
      rows.set(table.name, result);
    }
    return { rows, conflicts, open, merged };
  }

  private fold(bases: readonly number[], table: Kind, key: string): Place {
    let place: Place = this.byKey(bases[0]!, table).get(key);
    for (let i = 1; i < bases.length; i++) {
      const common = this.fold(this.commonBases(bases, i), table, key);
      const other = this.byKey(bases[i]!, table).get(key);
      if (place === UNKNOWN) continue;
      const verdict = three(common, place, other);
      place = verdict.conflict > 0 ? UNKNOWN : verdict.row;
    }
    return place;
  }

  private mergeLoose(table: Kind, bases: readonly number[], source: number, target: number) {
    const texts = (scn: number) =>
      this.commits
        .get(scn)!
        .rows.get(table.name)!
        .filter((row) => identity(table, row) === null)
        .map((row) => JSON.stringify(row));
    const was = this.foldLoose(bases, texts);
    const there = texts(source);
    const result = texts(target);
    let merged = 0;
    for (const text of new Set([...was.keys(), ...there])) {
      const more = there.filter((each) => each === text).length - (was.get(text) ?? 0);
      for (let i = 0; i < more; i++, merged++) result.push(text);
      for (let i = 0; i < -more; i++) {
        const at = result.indexOf(text);
        if (at < 0) continue;
        result.splice(at, 1);
        merged++;
      }
    }
    return { rows: result.map((text) => JSON.parse(text) as Row), merged };
  }

  private foldLoose(bases: readonly number[], texts: (scn: number) => string[]): Map<string, number> {
    const count = (list: string[]) => new Map(list.map((text) => [text, list.filter((each) => each === text).length]));
    let counts = count(texts(bases[0]!));
    for (let i = 1; i < bases.length; i++) {
      const newest = this.commonBases(bases, i);
      const common = newest.length === 0 ? new Map<string, number>() : this.foldLoose(newest, texts);
      const other = count(texts(bases[i]!));
      const keys = new Set([...counts.keys(), ...other.keys()]);
      counts = new Map(
        [...keys].map((key) => [
          key,
          Math.max(0, (counts.get(key) ?? 0) + (other.get(key) ?? 0) - (common.get(key) ?? 0)),
        ]),
      );
    }
    return counts;
  }

  private commonBases(bases: readonly number[], i: number): number[] {
    const commons = [...new Set(bases.slice(0, i).flatMap((earlier) => this.bases(earlier, bases[i]!)))];
    return commons
      .filter((scn) => !commons.some((other) => other !== scn && this.contains(other, scn)))
      .sort((a, b) => a - b);
  }

  /** SCN of the newest commit after the last shared one on a side's lineage that wrote the row. */
  private newestWrite(side: number, bases: readonly number[], table: Kind, key: string): number {
    for (let commit = this.commits.get(side)!; commit; commit = this.commits.get(commit.parents[0]!)!) {
      if (bases.some((base) => this.contains(base, commit.scn))) return 0;
      const before = commit.parents[0] === undefined ? undefined : this.byKey(commit.parents[0], table).get(key);
      const after = this.byKey(commit.scn, table).get(key);
      if (JSON.stringify(before) !== JSON.stringify(after)) return commit.scn;
      // Who says once more what a row already holds has said so last, and SQLite too counts the row as changed.
      if (after !== undefined && this.writtenKeys(commit, table).has(key)) return commit.scn;
    }
    return 0;
  }

  private writtenKeys(commit: ModelCommit, table: Kind): Set<string | null> {
    const rows = commit.written.filter((each) => each.table === table.name);
    return new Set(rows.map(({ key }) => identityOf(table, key)));
  }

  private readonly keyed = new Map<string, Map<string, Row>>();
  private byKey(scn: number, table: Kind): Map<string, Row> {
    const name = `${scn} ${table.name}`;
    let map = this.keyed.get(name);
    if (!map) {
      map = new Map();
      for (const row of this.commits.get(scn)!.rows.get(table.name)!) {
        const key = identity(table, row);
        if (key !== null) map.set(key, row);
      }
      this.keyed.set(name, map);
    }
    return map;
  }

  private readonly known = new Map<number, Set<number>>();
  private ancestors(scn: number): Set<number> {
    let set = this.known.get(scn);
    if (!set) {
      set = new Set([scn, ...this.commits.get(scn)!.parents.flatMap((parent) => [...this.ancestors(parent)])]);
      this.known.set(scn, set);
    }
    return set;
  }
}

/** The key as SQLite compares it; null where there is none, or where NULL is part of it. */
function identity(table: Kind, row: Row): string | null {
  return identityOf(
    table,
    table.key.map((at) => row[at]!),
  );
}

function identityOf({ collations }: Kind, key: readonly Exact[]): string | null {
  if (key.length === 0) return null;
  const parts = key.map((value, i) => comparable(value, collations?.[i] ?? "BINARY"));
  return parts.includes(null) ? null : parts.join(" ");
}

function comparable(value: Exact | undefined, collation: "BINARY" | "NOCASE" | "RTRIM"): Exact {
  if (value == null) return null;
  switch (value[0]) {
    case "r":
      return Number.isInteger(Number(value.slice(1))) ? `i${BigInt(Number(value.slice(1)))}` : value;
    case "t": {
      if (collation === "BINARY") return value;
      const text = Buffer.from(value.slice(1), "hex").toString("latin1");
      return `t${collation === "RTRIM" ? text.replace(/ +$/, "") : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())}`;
    }
    default:
      return value;
  }
}

/** One row, three ways. `row` is what the target keeps where they conflict, `ifSource` what the source would have. */
function three(base: Place, source: Place, target: Place): { row: Place; ifSource: Place; conflict: number } {
  const same = (a: Place, b: Place) =>
    typeof a === "symbol" || typeof b === "symbol" ? a === b : JSON.stringify(a) === JSON.stringify(b);
  if (same(source, target) || same(source, base)) return { row: target, ifSource: target, conflict: 0 };
  if (same(target, base)) return { row: source, ifSource: source, conflict: 0 };
  if (base === UNKNOWN || source === undefined || target === undefined || base === undefined)
    return { row: target, ifSource: source, conflict: 1 };
  let conflict = 0;
  const [s, t, b] = [source, target, base] as Row[];
  const row = [...t!];
  const ifSource = [...t!];
  t!.forEach((value, i) => {
    if (s![i] === value || s![i] === b![i]) return;
    if (value === b![i]) row[i] = s![i]!;
    else conflict++;
    ifSource[i] = s![i]!;
  });
  return { row, ifSource, conflict };
}
