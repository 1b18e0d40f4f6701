import type { HeliosDBClient, QueryStream } from "@heliosdb/client";
import { UsageError } from "../../errors/exit-codes.js";
import type { Place } from "../table/target.js";
import { type Exact, integerOf, realOf } from "../values/exact.js";
import { ident } from "../values/sql-text.js";

/** Rows of a query with every value exact, to be read once. */
export interface ExactRows {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<readonly Exact[]>;
  /** To be called at the end: until then, rows that were not read occupy a connection. */
  close(): Promise<void>;
}

export interface ReadExact extends Place {
  readonly timeoutMs: number | undefined;
}

/**
 * Runs a query so that its values can be told apart: the API writes a blob and a text, or a long integer and its digits,
 * in one way. So each row has one more column, with the first letter of the type of each value. The OFFSET keeps SQLite
 * from computing each value twice, once for its type.
 */
export async function readExact(client: HeliosDBClient, sql: string, options: ReadExact): Promise<ExactRows> {
  const { branch, asOf, timeoutMs } = options;
  const inner = `SELECT * FROM (\n${withoutEnd(sql)}\n)`;
  const { columns } = await client.sql.query(`${inner} LIMIT 0`, { branch, asOf, timeoutMs });
  const types = columns.map((name) => `substr(typeof(${ident(name)}), 1, 1)`).join(" || ");
  const exact = `SELECT *, ${types} FROM (${inner} LIMIT -1 OFFSET 0)`;
  const stream = await client.sql.stream(exact, { branch, asOf, timeoutMs });
  return { columns, rows: exactRows(stream), close: () => stream.cancel() };
}

/** A query may end with a semicolon and a comment. */
function withoutEnd(sql: string): string {
  const text = sql.replace(/(;|\s|--[^\n]*$|\/\*[^*]*\*\/)+$/, "");
  if (text === "") throw new UsageError("The query is empty.");
  return text;
}

async function* exactRows(stream: QueryStream): AsyncGenerator<readonly Exact[]> {
  const names = stream.columns.slice(0, -1);
  const last = stream.columns.at(-1)!;
  for await (const row of stream) {
    const types = row[last] as string;
    yield names.map((name, index) => exactOf(row[name], types[index]!));
  }
}

function exactOf(value: unknown, type: string): Exact {
  switch (type) {
    case "i":
      return typeof value === "string" ? integerOf(BigInt(value)) : (value as number | boolean);
    case "r":
      return realOf(Number(value));
    case "b":
      return Buffer.from(value as string, "base64");
    default:
      // A text in a column of another type may look like a number.
      return value === null ? null : String(value);
  }
}
