import type { Column } from "../results/table.js";
import type { ValueForms } from "../transport/value-forms.js";

/** The TypeScript type of a column's values. */
export function columnType(column: Column, forms: ValueForms): string {
  const type = valueType(column, forms);
  return column.nullable ? `${type} | null` : type;
}

function valueType({ type, declaredType }: Column, { integers = "number", blobs = "base64" }: ValueForms): string {
  switch (type) {
    case "int4":
    case "int8":
      return integers;
    case "float8":
      return "number";
    case "bool":
      return "boolean";
    case "bytea":
      return blobs === "bytes" ? "Uint8Array" : "string";
    case "json":
      return "string";
    case "numeric":
    case "date":
    case "timestamp":
      return "number | string";
    case "text":
      // A declaration that says nothing: the column holds values of any kind, as the JSON has them.
      return /CHAR|CLOB|TEXT/i.test(declaredType) ? "string" : anyValue(integers, blobs);
  }
}

function anyValue(integers: NonNullable<ValueForms["integers"]>, blobs: NonNullable<ValueForms["blobs"]>): string {
  return [
    "number",
    "string",
    ...(integers === "bigint" ? ["bigint"] : []),
    ...(blobs === "bytes" ? ["Uint8Array"] : []),
  ].join(" | ");
}
