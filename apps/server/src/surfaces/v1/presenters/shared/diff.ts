import type { RowColumn, RowDifference, SchemaDifference } from "@heliosdb/port";
import type { Difference } from "../../../../diff/difference.js";
import { described, listOf, named, nullable, objectOf, recordOf, text, word } from "../../../../schema/index.js";
import { cell, scn } from "../../schemas/values.js";
import { view } from "../view/view.js";
import { presentTableChanges, tableChanges } from "./table-changes.js";
import { keyList, rowObject } from "./values.js";

const state = named("DiffState", objectOf({ branch: text({ example: "main" }), scn }));

const schemaChange = named(
  "SchemaDifference",
  objectOf({
    type: word(["table", "index", "view", "trigger"]),
    name: text({ example: "users" }),
    change: word(["added", "dropped", "altered"]),
    from: nullable(text({ description: "Its CREATE statement in `from`; null if it doesn't exist there." })),
    to: nullable(text({ description: "Its CREATE statement on the branch; null if it doesn't exist there." })),
  }),
);

const rowByColumn = nullable(
  recordOf(cell, { description: "The row by column, in both dialects; null if it doesn't exist in that state." }),
);
const rowChange = named(
  "RowDifference",
  objectOf({
    table: text({ example: "users" }),
    kind: word(["insert", "update", "delete"]),
    key: listOf(cell, {
      description: "The columns of the primary key, in key order; empty if the table declares none.",
    }),
    from: rowByColumn,
    to: rowByColumn,
    changed: listOf(text(), { description: "Columns whose value differs." }),
  }),
);

/** A diff contains no times, so the dialects are the same. */
export const diff = view(
  named(
    "Diff",
    objectOf({
      from: described("The state that the branch is compared with.", state),
      to: described("The state of the branch in the path.", state),
      schema: listOf(schemaChange),
      tables: described("Counts of all differences, not only of the page.", tableChanges),
      rows: listOf(rowChange),
      next_cursor: nullable(text({ description: "The `cursor` of the next page; null on the last." })),
    }),
  ),
  ({ from, to, page }: Difference) => ({
    from: { branch: from, scn: page.fromScn },
    to: { branch: to, scn: page.toScn },
    schema: page.schema.map(presentSchemaChange),
    tables: presentTableChanges(page.tables),
    rows: page.rows.map((row) => presentRow(row, page.columns[row.table] ?? [])),
    next_cursor: page.next,
  }),
);

function presentSchemaChange({ type, name, change, from, to }: SchemaDifference) {
  return { type, name, change, from, to };
}

function presentRow({ table, kind, key, from, to, changed }: RowDifference, columns: readonly RowColumn[]) {
  const rows = { from: rowObject(from, columns), to: rowObject(to, columns) };
  return { table, kind, key: keyList(key, columns), ...rows, changed };
}
