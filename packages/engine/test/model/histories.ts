import { HeliosError, type RowDifference, type StateRef, type Value } from "@heliosdb/port";
import { cellOf } from "../support/exact.js";
import type { TestDatabase } from "../support/test-database.js";
import type { Kind } from "./kinds/kind.js";
import type { Row } from "./merge-model.js";
import type { WholeState } from "./reference.js";

/** Applies a difference to the rows of one state and compares what comes of it with the other. */
export function checkDifference(
  database: TestDatabase,
  kinds: readonly Kind[],
  from: StateRef,
  to: StateRef,
  before: WholeState,
  after: WholeState,
): void {
  const page = database.reader.read({ op: "diff", request: { from, to, limit: 100_000 } });
  for (const kind of kinds) {
    const { name, generated = [] } = kind;
    const columns = kind.columns.filter((_, i) => !generated.includes(i));
    const cells = (state: WholeState) => (state.get(name)?.rows ?? []).map((row) => cellsOf(row, kind));
    const rows = cells(before);
    const changes = page.rows.filter(({ table }) => table === name);
    for (const change of changes) {
      const old = textOf(change.from, columns);
      if (old === null) continue;
      const place = rows.indexOf(old);
      if (place < 0) throw new Error(`the difference takes from ${name} what isn't there: ${old}`);
      rows.splice(place, 1);
    }
    for (const change of changes) {
      const row = textOf(change.to, columns);
      if (row !== null) rows.push(row);
    }
    const [found, wanted] = [rows.sort().join("\n"), cells(after).sort().join("\n")];
    if (found !== wanted) throw new Error(`the difference makes of ${name}\n${found}\nand not\n${wanted}`);
    const counts = page.tables.find(({ table }) => table === name);
    const sum = (counts?.inserted ?? 0) + (counts?.updated ?? 0) + (counts?.deleted ?? 0);
    if (sum !== changes.length) throw new Error(`${name}: ${changes.length} differences, counted as ${sum}`);
  }
}

/** Compares the versions of a row, by its rowid, with what one state after the other had of it. */
export function checkRowHistory(
  database: TestDatabase,
  branch: string,
  kind: Kind,
  key: number,
  states: readonly { readonly scn: number; readonly rows: readonly string[] }[],
): void {
  const wanted: string[] = [];
  let last: string | undefined;
  for (const { scn, rows } of states) {
    const row = rows.find((text) => (JSON.parse(text) as Row)[0] === `i${key}`);
    if (row === last) continue;
    const what = row === undefined ? "delete" : last === undefined ? "insert" : "update";
    wanted.unshift(`${scn} ${what} ${row === undefined ? null : cellsOf(row, kind)}`);
    last = row;
  }
  const found = versionsOf(database, branch, kind, key);
  if (found.join("\n") !== wanted.join("\n")) {
    throw new Error(
      `versions of ${kind.name} ${key} on ${branch}:\n${found.join("\n")}\nand should be\n${wanted.join("\n")}`,
    );
  }
}

function versionsOf(database: TestDatabase, branch: string, kind: Kind, key: number): string[] {
  try {
    const request = { branch, table: kind.name, key: [key], limit: 1000 };
    const { versions } = database.reader.read({ op: "rowHistory", request });
    const columns = kind.columns.filter((_, i) => !kind.generated?.includes(i));
    return versions.map(({ scn, kind: what, row }) => `${scn} ${what} ${textOf(row, columns)}`);
  } catch (error) {
    if (error instanceof HeliosError && error.code === "ROW_NOT_FOUND") return [];
    throw error;
  }
}

function textOf(row: RowDifference["from"], columns: readonly string[]): string | null {
  return row === null ? null : JSON.stringify(columns.map((column) => shownAs(row[column]!)));
}

/** A row as an answer shows it, without what is generated. */
function cellsOf(row: string, { generated = [] }: Kind): string {
  return JSON.stringify((JSON.parse(row) as Row).filter((_, i) => !generated.includes(i)).map(cellOf));
}

/** As `cellOf` shows a value, so that both can be compared. */
function shownAs(value: Value): string | number | null {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
