import type { Table } from "../results/table.js";
import { formsOf, type ValueForms } from "../transport/value-forms.js";
import { columnType } from "./column-type.js";
import { interfaceNames, propertyName } from "./identifiers.js";

/**
 * TypeScript for the rows of these tables, as `client.tables.list` gives them: an interface for each, and `Tables`, which
 * has them by the tables' names. `forms` are those of the client that will read the rows; here, `integers` is `number`
 * by default.
 */
export function generateTypes(tables: readonly Table[], forms: ValueForms = {}): string {
  const { integers = "number", blobs = "base64" } = formsOf(forms);
  const names = interfaceNames(tables.map((table) => table.name));
  const rows = tables.map(({ columns }, i) =>
    block(
      names[i]!,
      columns.map((column) => `${propertyName(column.name)}: ${columnType(column, { integers, blobs })};`),
    ),
  );
  const all = block(
    "Tables",
    tables.map((table, i) => `${propertyName(table.name)}: ${names[i]};`),
  );
  const head = `// Written by "helios types". For clients with integers: "${integers}" and blobs: "${blobs}".\n`;
  return [head, ...rows, all].join("\n");
}

function block(name: string, lines: readonly string[]): string {
  if (lines.length === 0) return `export interface ${name} {}\n`;
  return `export interface ${name} {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
}
