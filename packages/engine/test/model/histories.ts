import { HeliosError, type RowDifference, type StateRef } from "@heliosdb/port";
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
  for (const { name, columns: all, generated = [] } of kinds) {
    const columns = all.filter((_, i) => !generated.includes(i));
    const rows = cells(before, name, generated);
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
    const [found, wanted] = [rows.sort().join("\n"), cells(after, name, generated).sort().join("\n")];
    if (found !== wanted) throw new Error(`the difference makes of ${name}\n${found}\nand not\n${wanted}`);
    const counts = page.tables.find(({ table }) => table === name);
    const sum = (counts?.inserted ?? 0) + (counts?.updated ?? 0) + (counts?.deleted ?? 0);
    if (sum !== changes.length) throw new Error(`${name}: ${changes.length} differences, counted as ${sum}`);
  }
}

/** Compares the versions of a row of `ints` with what one state after the other had of it. */
export function checkRowHistory(
  database: TestDatabase,
  branch: string,
  key: number,
  states: readonly { readonly scn: number; readonly rows: readonly string[] }[],
): void {
  const wanted: string[] = [];
  let last: string | null = null;
  for (const { scn, rows } of states) {
    const found = rows.find((text) => (JSON.parse(text) as Row)[0] === `i${key}`);
    const row = found === undefined ? null : JSON.stringify((JSON.parse(found) as Row).map(cellOf));
    if (row === last) continue;
    wanted.unshift(`${scn} ${row === null ? "delete" : last === null ? "insert" : "update"} ${row}`);
    last = row;
  }
  const found = versionsOf(database, branch, key);
  if (found.join("\n") !== wanted.join("\n")) {
    throw new Error(`versions of ${key} on ${branch}:\n${found.join("\n")}\nand should be\n${wanted.join("\n")}`);
  }
}

function versionsOf(database: TestDatabase, branch: string, key: number): string[] {
  try {
    const request = { branch, table: "ints", key: [key], limit: 1000 };
    const { versions } = database.reader.read({ op: "rowHistory", request });
    return versions.map(({ scn, kind, row }) => `${scn} ${kind} ${textOf(row, ["id", "a", "b"])}`);
  } catch (error) {
    if (error instanceof HeliosError && error.code === "ROW_NOT_FOUND") return [];
    throw error;
  }
}

function textOf(row: RowDifference["from"], columns: readonly string[]): string | null {
  return row === null ? null : JSON.stringify(columns.map((column) => row[column]));
}

/** The rows of a table as an answer shows them, without what is generated. */
function cells(state: WholeState, table: string, generated: readonly number[]): string[] {
  const rows = (state.get(table)?.rows ?? []).map((text) => JSON.parse(text) as Row);
  return rows.map((row) => JSON.stringify(row.filter((_, i) => !generated.includes(i)).map(cellOf)));
}
