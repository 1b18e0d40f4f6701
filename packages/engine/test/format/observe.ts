import type { BranchChange, PointInTime } from "@heliosdb/port";
import type { TestDatabase } from "../support/test-database.js";
import type { ExpectedBranch, ExpectedState } from "./fixture.js";

/** Everything that stands in the tables and views of a branch at a point. */
export function observeState(db: TestDatabase, branch: string, at: PointInTime): ExpectedState {
  const tables = db.read({ op: "listTables", request: { branch, at } });
  const views = ["adults", "spending"].filter((name) => viewExists(db, branch, at, name));
  return {
    branch,
    at,
    tables: [
      ...tables.map((table) => ({ name: table.name, columns: table.columns.map((column) => column.name) })),
      ...views.map((name) => ({ name, columns: db.query(branch, `SELECT * FROM ${name} LIMIT 0`, at).columns })),
    ].map(({ name, columns }) => ({ name, columns, rows: rowsOf(db, branch, at, name, columns) })),
  };
}

/** The rows of a table in an order of their own, each as the SQL literals of its values. */
export function rowsOf(
  db: TestDatabase,
  branch: string,
  at: PointInTime,
  table: string,
  columns: readonly string[],
): string[] {
  const values = columns.map((column) => `quote("${column}")`);
  const rows = db.rows(
    branch,
    `SELECT ${values.join(" || ', ' || ")} FROM "${table}" ORDER BY ${values.join(", ")}`,
    at,
  );
  return rows.map(([text]) => String(text));
}

export function observeBranches(db: TestDatabase): ExpectedBranch[] {
  return db.read({ op: "listBranches", request: {} }).map((branch) => ({
    name: branch.name,
    parent: branch.parent?.name ?? null,
    state: branch.state,
    forkScn: branch.forkScn,
    headScn: branch.headScn,
    readOnly: branch.readOnly,
    isolated: branch.isolated,
    tables: branch.stats.tables,
    rows: branch.stats.rows,
  }));
}

function viewExists(db: TestDatabase, branch: string, at: PointInTime, name: string): boolean {
  try {
    db.query(branch, `SELECT 1 FROM ${name} LIMIT 0`, at);
    return true;
  } catch {
    return false;
  }
}

/** What has become of the live branches, a line to a change. A record older than its third format knows of commits alone. */
export function observeChanges(db: TestDatabase): Readonly<Record<string, readonly string[]>> {
  const after = { seq: 0, scn: 0 };
  const all = db.read({ op: "listBranches", request: {} }).map(({ id, name }) => {
    const { changes } = db.read({ op: "changesOf", request: { branch: id, after, limit: 1000 } });
    return [name, changes.map((change) => `${change.scn} ${change.branch.name} ${kindOf(change)}`)] as const;
  });
  return Object.fromEntries(all);
}

function kindOf(change: BranchChange): string {
  return change.kind === "committed" ? change.commit : change.kind;
}
