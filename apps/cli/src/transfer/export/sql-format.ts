import { type Exact, hexOf, Real } from "../values/exact.js";
import { ident, literal } from "../values/sql-text.js";
import type { TextFormat } from "./text-formats.js";

/** Bounds of one INSERT. A row that is larger comes alone. */
const STATEMENT = { rows: 100, characters: 100_000 };

/** Rows as INSERT statements. */
export function insertFormat(table: string, columns: readonly string[]): Pick<TextFormat, "rows"> {
  const head = `INSERT INTO ${ident(table)} (${columns.map(ident).join(", ")}) VALUES`;
  return {
    rows(rows) {
      const statements: string[] = [];
      let [texts, characters]: [string[], number] = [[], 0];
      const end = () => {
        if (texts.length > 0) statements.push(`${head}\n${texts.join(",\n")};\n`);
        [texts, characters] = [[], 0];
      };
      for (const row of rows) {
        const text = `(${row.map(sqlValue).join(", ")})`;
        if (texts.length >= STATEMENT.rows || characters + text.length > STATEMENT.characters) end();
        texts.push(text);
        characters += text.length;
      }
      end();
      return statements.join("");
    },
  };
}

/** A value as an SQL literal. */
export function sqlValue(value: Exact): string {
  switch (typeof value) {
    case "string":
      // SQL ends at a NUL.
      return value.includes("\0") ? `CAST(X'${hexOf(Buffer.from(value))}' AS TEXT)` : literal(value);
    case "boolean":
      return value ? "1" : "0";
    case "number":
      return Number.isFinite(value) ? String(value) : value > 0 ? "9e999" : "-9e999";
    case "object":
      if (value === null) return "NULL";
      return value instanceof Real ? realText(value) : `X'${hexOf(value)}'`;
    default:
      return value.toString();
  }
}

/** With a point or an exponent, without which it would be an integer. */
function realText(real: Real): string {
  return real.toString();
}
