import { StatementSplitter } from "./statement-splitter.js";

/** Splits SQL at its semicolons, except those within texts, names, comments, and the body of a trigger. */
export function statementsOf(sql: string): string[] {
  const splitter = new StatementSplitter();
  return [...splitter.add(sql), ...splitter.finish()].map((statement) => statement.sql);
}
