import type { Connection } from "../file/connection.js";
import { findTable, type TableDef } from "../schema/model.js";
import { foldName, ident } from "../sql/names.js";
import type { BranchFile } from "../write/branch-file.js";
import { constraint } from "./apply.js";
import type { TablePlan } from "./merge-table.js";
import { keyText, type Row, sameValue } from "./values.js";

/** One foreign key of a table: its columns and, in the same order, those of the parent that they refer to. */
interface ForeignKey {
  readonly parent: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/**
 * Checks the references from and to the merged rows, which went in and out with enforcement off: each row that came or
 * changed must find its parents, and each parent that went must leave no child behind. Where that can't be looked up
 * by key (rows without one, no index on the referring columns, a parent table that is gone) the table is checked whole.
 */
export function checkForeignKeys(file: BranchFile, plans: readonly TablePlan[]): void {
  const byTable = new Map(plans.map((plan) => [foldName(plan.sides.table.name), plan]));
  for (const child of file.epoch.tables) {
    for (const key of foreignKeys(file, child)) {
      const parent = findTable(file.epoch, key.parent);
      const plan = byTable.get(foldName(child.name));
      const parentPlan = byTable.get(foldName(key.parent));
      if (!parent || plan?.loose || parentPlan?.loose) checkWhole(file.db, child);
      else {
        if (plan) checkChildren(file.db, plan, key);
        if (parentPlan) checkParents(file.db, child, parentPlan, key);
      }
    }
  }
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

function checkChildren(db: Connection, plan: TablePlan, key: ForeignKey): void {
  const { table } = plan.sides;
  const came = plan.changes.filter((change) => change.after !== undefined);
  if (came.length === 0) return;
  const where = table.primaryKey.map((column, i) => `c.${ident(column)} = ?${collation(table, i)}`).join(" AND ");
  const orphan = db.prepare(`SELECT 1 FROM main.${ident(table.name)} AS c WHERE ${where} AND ${isOrphan(key)}`);
  for (const change of came) {
    if (orphan.get(...change.key) !== undefined) throw broken(table, keyText(change.key), key);
  }
}

function checkParents(db: Connection, child: TableDef, plan: TablePlan, key: ForeignKey): void {
  const columns = plan.sides.columns.map((column) => foldName(column.name));
  const at = key.to.map((column) => columns.indexOf(foldName(column)));
  const gone = plan.changes.flatMap(({ before, after }): Row[] => {
    const stays = before && after && at.every((i) => sameValue(before[i], after[i]));
    return before === undefined || stays ? [] : [at.map((i) => before[i])];
  });
  if (gone.length === 0) return;
  const refers = key.from.map((column) => `c.${ident(column)} = ?`).join(" AND ");
  const sql = `SELECT 1 FROM main.${ident(child.name)} AS c WHERE ${refers} AND ${isOrphan(key)} LIMIT 1`;
  if (at.includes(-1) || !isSearch(db, sql, gone[0]!)) {
    checkWhole(db, child);
    return;
  }
  const orphan = db.prepare(sql);
  for (const values of gone) {
    if (orphan.get(...values) !== undefined) throw broken(child, `that refers to ${keyText(values)}`, key);
  }
}

/** All referring columns have a value and no parent has it. The parent's column comes first: its collation counts. */
function isOrphan(key: ForeignKey): string {
  const filled = key.from.map((column) => `c.${ident(column)} IS NOT NULL`).join(" AND ");
  const found = key.from.map((column, i) => `p.${ident(key.to[i]!)} = c.${ident(column)}`).join(" AND ");
  return `${filled} AND NOT EXISTS (SELECT 1 FROM main.${ident(key.parent)} AS p WHERE ${found})`;
}

function isSearch(db: Connection, sql: string, values: Row): boolean {
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[];
  return plan.some((step) => /^SEARCH c\b/.test(step.detail));
}

function checkWhole(db: Connection, table: TableDef): void {
  const row = db.prepare("SELECT rowid, parent FROM pragma_foreign_key_check(?) LIMIT 1").get(table.name) as
    | { rowid: number | null; parent: string }
    | undefined;
  if (row) throw broken(table, String(row.rowid ?? "?"), { parent: row.parent });
}

function collation(table: TableDef, i: number): string {
  return table.rowidColumn === null ? ` COLLATE ${table.collations[i]}` : "";
}

function broken(table: TableDef, key: string, { parent }: Pick<ForeignKey, "parent">) {
  return constraint(table.name, key, `FOREIGN KEY constraint failed: no such row in ${parent}`);
}
