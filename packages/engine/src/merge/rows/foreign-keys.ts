import { rowKey } from "../../capture/log.js";
import { type Connection, one } from "../../file/connection.js";
import { keyText, type Row, sameValue } from "../../rows/values.js";
import { affinityOf } from "../../schema/affinity.js";
import { type Epoch, findTable, type TableDef } from "../../schema/model.js";
import { columnText, columnTraits } from "../../schema/table-text.js";
import { foldName, ident, sameName } from "../../sql/names.js";
import { ExactStatement } from "../../values/exact-statement.js";
import type { BranchFile } from "../../write/branch-file.js";
import { newViolation } from "../../write/foreign-key-check.js";
import { constraint } from "../schema/constraint.js";
import type { TablePlan } from "./merge-table.js";

/** One foreign key of a table: its columns and, in the same order, the parent's columns that they refer to. */
interface ForeignKey {
  readonly parent: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/**
 * Checks the references from and to the merged rows, which were written with enforcement off. Each inserted or changed
 * row must have its parents, and each deleted parent must leave no child behind. If that can't be looked up by key
 * (rows without a key, no index on the referring columns, columns that compare differently on both ends, a parent table
 * that is gone, a table that was rebuilt), the whole table is checked. A reference that was broken before the merge may
 * stay so: neither side broke it.
 */
export function checkForeignKeys(file: BranchFile, plans: readonly TablePlan[], before: TargetBefore): void {
  const changesSchema = file.epoch.scn !== before.epoch.scn;
  const written = plans.filter(({ changes, keyless, sides }) => changes.length > 0 || keyless || sides.rebuild);
  const byTable = new Map(written.map((plan) => [foldName(plan.sides.table.name), plan]));
  for (const child of file.epoch.tables) {
    for (const key of foreignKeys(file, child)) {
      const parent = findTable(file.epoch, key.parent);
      const plan = byTable.get(foldName(child.name));
      const parentPlan = byTable.get(foldName(key.parent));
      if (!plan && !parentPlan && !changesSchema) continue;
      const isWhole =
        !parent ||
        !hasKey(file.db, parent, key) ||
        plan?.keyless ||
        plan?.sides.rebuild ||
        parentPlan?.keyless ||
        !comparesAlike(file.db, child, parent, key);
      const isBroken =
        isWhole ||
        (plan && hasOrphan(file.db, plan, key)) ||
        (parentPlan && leavesOrphan(file.db, child, parentPlan, key));
      if (isBroken) checkWhole(file.db, child, before);
    }
  }
}

/** The target's tables before the merge, on a connection that still sees them. */
export interface TargetBefore {
  readonly db: Connection;
  readonly epoch: Epoch;
}

/** SQLite gives the child's value the parent column's affinity, and compares by the parent's collation. */
function comparesAlike(db: Connection, child: TableDef, parent: TableDef, key: ForeignKey): boolean {
  return key.from.every((from, i) => {
    const [a, b] = [traits(db, child, from), traits(db, parent, key.to[i]!)];
    return a !== undefined && b !== undefined && a.affinity === b.affinity && a.collation === b.collation;
  });
}

/** Whether the referenced columns are a primary or unique key of the parent. */
function hasKey(db: Connection, parent: TableDef, { to }: ForeignKey): boolean {
  const isAll = (columns: readonly (string | null)[]) =>
    columns.length === to.length &&
    to.every((name) => columns.some((column) => column !== null && sameName(column, name)));
  if (isAll(parent.primaryKey)) return true;
  const indexes = db
    .prepare(`SELECT name FROM pragma_index_list(?, 'main') WHERE "unique" = 1 AND partial = 0`)
    .pluck()
    .all(parent.name) as string[];
  const columns = db.prepare("SELECT name FROM pragma_index_xinfo(?, 'main') WHERE key = 1").pluck();
  return indexes.some((index) => isAll(columns.all(index) as (string | null)[]));
}

function traits(db: Connection, table: TableDef, name: string) {
  const column = table.columns.find((each) => sameName(each.name, name));
  if (!column) return undefined;
  // The definition in the file: a rename may have changed it since the table was described.
  const sql = one<string>(db, "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?", table.name) ?? "";
  const { collation } = columnTraits(columnText(sql, column.name) ?? "");
  return { affinity: affinityOf(column.declaredType), collation };
}

function foreignKeys(file: BranchFile, table: TableDef): ForeignKey[] {
  const rows = file.db
    .prepare(`SELECT id, "table" AS parent, "from", "to" FROM pragma_foreign_key_list(?, 'main') ORDER BY id, seq`)
    .all(table.name) as { id: number; parent: string; from: string; to: string | null }[];
  return [...new Set(rows.map((row) => row.id))].map((id) => {
    const parts = rows.filter((row) => row.id === id);
    const parent = parts[0]!.parent;
    const primary = findTable(file.epoch, parent)?.primaryKey ?? [];
    return { parent, from: parts.map((part) => part.from), to: parts.map((part, i) => part.to ?? primary[i] ?? "") };
  });
}

function hasOrphan(db: Connection, plan: TablePlan, key: ForeignKey): boolean {
  const { table } = plan.sides;
  const came = plan.changes.filter((change) => change.after !== undefined);
  if (came.length === 0) return false;
  const where = table.primaryKey.map((column, i) => `c.${ident(column)} = ?${collation(table, i)}`).join(" AND ");
  const orphan = new ExactStatement(
    db,
    `SELECT 1 FROM main.${ident(table.name)} AS c WHERE ${where} AND ${isOrphan(key)}`,
  );
  return came.some((change) => orphan.get(...change.key) !== undefined);
}

/** True also if it can't be decided without looking at every row. */
function leavesOrphan(db: Connection, child: TableDef, plan: TablePlan, key: ForeignKey): boolean {
  const columns = plan.sides.columns.map((column) => foldName(column.name));
  const at = key.to.map((column) => columns.indexOf(foldName(column)));
  const gone = plan.changes.flatMap(({ before, after }): Row[] => {
    const stays = before && after && at.every((i) => sameValue(before[i], after[i]));
    return before === undefined || stays ? [] : [at.map((i) => before[i])];
  });
  if (gone.length === 0) return false;
  const refers = key.from.map((column) => `c.${ident(column)} = ?`).join(" AND ");
  const sql = `SELECT 1 FROM main.${ident(child.name)} AS c WHERE ${refers} AND ${isOrphan(key)} LIMIT 1`;
  if (at.includes(-1) || !isSearch(db, sql, gone[0]!)) return true;
  const orphan = new ExactStatement(db, sql);
  return gone.some((values) => orphan.get(...values) !== undefined);
}

/**
 * All referring columns have a value, and no parent has it. The parent's column comes first, since its collation
 * counts.
 */
function isOrphan(key: ForeignKey): string {
  const filled = key.from.map((column) => `c.${ident(column)} IS NOT NULL`).join(" AND ");
  const found = key.from.map((column, i) => `p.${ident(key.to[i]!)} = c.${ident(column)}`).join(" AND ");
  return `${filled} AND NOT EXISTS (SELECT 1 FROM main.${ident(key.parent)} AS p WHERE ${found})`;
}

function isSearch(db: Connection, sql: string, values: Row): boolean {
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[];
  return plan.some((step) => /^SEARCH c\b/.test(step.detail));
}

function checkWhole(db: Connection, table: TableDef, before: TargetBefore): void {
  const was = before.epoch.tables.find(({ uid }) => uid === table.uid);
  const found = newViolation(db, table.name, before.db, was?.name ?? null);
  if (!found) return;
  throw constraint(
    table.name,
    found.rowid === null ? null : keyOfRow(db, table, found.rowid),
    found.parent === ""
      ? "FOREIGN KEY mismatch: the columns that this table references are not a unique key of their table"
      : `FOREIGN KEY constraint failed: no such row in ${found.parent}`,
  );
}

/** The row's key as the caller knows it; the rowid for a row without a key. */
function keyOfRow(db: Connection, table: TableDef, rowid: bigint): string {
  if (table.primaryKey.length === 0) return String(rowid);
  const columns = table.primaryKey.map(ident).join(", ");
  const query = `SELECT ${columns} FROM main.${ident(table.name)} WHERE ${rowKey(table)[0]} = ?`;
  return keyText(new ExactStatement(db, query).get(rowid)!);
}

function collation(table: TableDef, i: number): string {
  return table.rowidColumn === null ? ` COLLATE ${table.collations[i]}` : "";
}
