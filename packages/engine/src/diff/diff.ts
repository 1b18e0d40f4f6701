import {
  type DiffPage,
  type DiffRequest,
  HeliosError,
  NOW,
  type RowColumn,
  type RowDifference,
  type StateRef,
  type TableChange,
} from "@heliosdb/port";
import { lastShared, lineageAt, rootOf } from "../lineage/version-vector.js";
import type { BranchTable, Location } from "../meta/branches.js";
import { type Commit, horizonOf } from "../meta/commits.js";
import { ColumnPairs } from "../rows/column-pairs.js";
import { allColumns } from "../rows/row-object.js";
import { epochAt } from "../schema/epochs.js";
import type { PointInTimeView, PointInTimeViews } from "../view/point-in-time-views.js";
import { ChangeCache } from "./change-cache.js";
import { ChangedTable } from "./changed-table.js";
import { type DiffCursor, decodeCursor, encodeCursor, invalidCursor, type Position } from "./cursor.js";
import type { DiffPart } from "./part.js";
import { schemaDifferences } from "./schema-differences.js";
import { SideRows } from "./side-rows.js";
import { findChanges } from "./table-changes.js";
import { isComparable, pairsNamed, pairTables, type TablePair } from "./table-pairs.js";
import { WholeTable } from "./whole-table.js";

/** A state to compare, located but not read yet. */
interface Found {
  readonly location: Location;
  readonly commit: Commit;
}

/**
 * Compares two states of a database. The cost grows with the changes on both sides since their newest common commit.
 */
export class Differ {
  private readonly cache = new ChangeCache();

  constructor(private readonly views: PointInTimeViews) {}

  diff(branches: BranchTable, request: DiffRequest): DiffPage {
    const cursor = request.cursor === undefined ? null : decodeCursor(request.cursor);
    const from = this.find(branches, request.from, cursor?.fromScn);
    const to = this.find(branches, request.to, cursor?.toScn);
    return this.within(from, (older) => {
      // An SCN names one state, whichever file it is read from.
      if (from.commit.scn === to.commit.scn) return this.compare(branches, older, older, request, cursor);
      return this.within(to, (newer) => this.compare(branches, older, newer, request, cursor));
    });
  }

  /** On later pages, the current state of a branch means the state that the first page read. */
  private find(branches: BranchTable, { branch, at = NOW }: StateRef, pinned: number | undefined): Found {
    const location = branches.locate(branches.get(branch), at);
    const head = this.views.head(location.file);
    return head.read(() => {
      if (pinned === undefined) return { location, commit: this.views.resolve(head, location, at) };
      const commit =
        at.kind === "now"
          ? head.commits.atOrBefore(Math.min(pinned, location.cap))
          : this.views.resolve(head, location, at);
      if (commit?.scn !== pinned) throw invalidCursor();
      return { location, commit };
    });
  }

  private within<T>({ location, commit }: Found, read: (state: PointInTimeView) => T): T {
    return this.views.at(location, { kind: "transaction", scn: commit.scn }, read);
  }

  private compare(
    branches: BranchTable,
    from: PointInTimeView,
    to: PointInTimeView,
    request: DiffRequest,
    cursor: DiffCursor | null,
  ): DiffPage {
    const every = pairTables(from.epoch, to.epoch);
    const pairs = request.tables === undefined ? every : pairsNamed(every, request.tables);
    const shared = sharedCommit(branches, from, to);
    const known = new Set(epochAt(from.db, shared).tables.map((table) => table.uid));
    const parts = pairs.flatMap((pair) => this.partsOf(from, to, pair, shared, known));
    const scns = { fromScn: from.commit.scn, toScn: to.commit.scn };
    const { rows, next } = pageOf(parts, request.limit, cursor);
    return {
      ...scns,
      schema: schemaDifferences(from.epoch, to.epoch, pairs, request.tables !== undefined),
      tables: totals(parts),
      rows,
      columns: columnsByTable(parts, rows),
      next: next && encodeCursor({ ...scns, ...next }),
    };
  }

  private partsOf(
    from: PointInTimeView,
    to: PointInTimeView,
    pair: TablePair,
    shared: number,
    known: ReadonlySet<string>,
  ): readonly DiffPart[] {
    const older = pair.from && new SideRows(from, pair.from);
    const newer = pair.to && new SideRows(to, pair.to);
    if (!older || !newer || !isComparable(older.table, newer.table)) {
      return [
        ...(older ? [new WholeTable(`${older.table.uid}-`, "from", older)] : []),
        ...(newer ? [new WholeTable(`-${newer.table.uid}`, "to", newer)] : []),
      ];
    }
    const [was, is] = [older.table.uid, newer.table.uid];
    const since = was === is && known.has(is) ? shared : null;
    const columns = new ColumnPairs(older.table, newer.table);
    const views = [from, to].map(({ file, commit }) => `${file}@${commit.scn}`).join();
    const id = `${was}-${is}`;
    const changes = this.cache.of(views, id, () => findChanges(older, newer, columns, since));
    return [new ChangedTable(id, older, newer, columns, changes)];
  }
}

/**
 * The newest commit that both states descend from by forks, and that both files therefore contain. Merges don't count:
 * their changes are in the log of the branch that they were made on.
 */
function sharedCommit(branches: BranchTable, from: PointInTimeView, to: PointInTimeView): number {
  const [a, b] = [from, to].map(({ db, commit }) => lineageAt(db, branches, commit.scn).lineage);
  const shared = lastShared(a!, [{ vector: b! }]);
  // The very first commit is empty, so no log has to be read from there.
  if (shared === rootOf(branches).scn) return shared;
  for (const { db } of [from, to]) {
    const horizon = horizonOf(db);
    if (horizon <= shared) continue;
    throw new HeliosError(
      "POINT_EXPIRED",
      `The states can't be compared: both come from SCN ${shared}, and retention removed the history before SCN ${horizon}.`,
      { scn: shared },
    );
  }
  return shared;
}

/** By table. If a name stands for different tables on the two sides, both are counted under it. */
function totals(parts: readonly DiffPart[]): TableChange[] {
  const tables = new Map<string, TableChange>();
  for (const { counts } of parts) {
    const known = tables.get(counts.table) ?? { table: counts.table, inserted: 0, updated: 0, deleted: 0 };
    tables.set(counts.table, {
      table: counts.table,
      inserted: known.inserted + counts.inserted,
      updated: known.updated + counts.updated,
      deleted: known.deleted + counts.deleted,
    });
  }
  return [...tables.values()].filter(isSome);
}

function isSome({ inserted, updated, deleted }: TableChange): boolean {
  return inserted + updated + deleted > 0;
}

/** Columns of the tables whose rows are on the page. */
function columnsByTable(parts: readonly DiffPart[], rows: readonly RowDifference[]): DiffPage["columns"] {
  const shown = new Set(rows.map(({ table }) => table));
  const columns: { [table: string]: readonly RowColumn[] } = {};
  for (const name of shown) {
    const of = parts.filter(({ tables }) => tables.some((table) => table.name === name));
    columns[name] = allColumns(of.flatMap(({ tables }) => tables));
  }
  return columns;
}

type Start = Pick<DiffCursor, "part" | "after">;

function pageOf(
  parts: readonly DiffPart[],
  limit: number,
  start: Start | null,
): { rows: RowDifference[]; next: Start | null } {
  const rows: RowDifference[] = [];
  if (limit <= 0) return { rows, next: null };
  const first = start === null ? 0 : parts.findIndex((part) => part.id === start.part);
  if (first < 0) throw invalidCursor();
  let after: Position | null = start?.after ?? null;
  for (const part of parts.slice(first)) {
    if (rows.length === limit) {
      if (isSome(part.counts)) return { rows, next: { part: part.id, after: null } };
      continue;
    }
    const page = part.page(after, limit - rows.length);
    rows.push(...page.rows);
    if (page.next !== null) return { rows, next: { part: part.id, after: page.next } };
    after = null;
  }
  return { rows, next: null };
}
