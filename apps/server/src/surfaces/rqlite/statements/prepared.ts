import { splitStatements } from "@heliosdb/port";
import { LRUCache } from "lru-cache";
import type { GivenStatement } from "../readers/statements.js";
import { type BoundStatement, bindArguments, StatementError } from "./arguments.js";

/** A string of a request, which may hold several statements. */
export type Prepared =
  | { readonly kind: "statements"; readonly all: readonly BoundStatement[] }
  | { readonly kind: "failed"; readonly message: string };

/** Texts that were split before: clients send the same ones with other values. */
const SPLIT = new LRUCache<string, ReturnType<typeof splitStatements>>({
  maxSize: 4 * 1024 * 1024,
  sizeCalculation: (statements, text) => 256 + 4 * text.length + 256 * statements.length,
  maxEntrySize: 64 * 1024,
});

/** The strings of a request with their values; empty ones are passed over. */
export function prepare(statements: readonly GivenStatement[]): readonly Prepared[] {
  return statements.filter(({ sql }) => sql !== "").map(prepareOne);
}

function prepareOne({ sql, arguments: given }: GivenStatement): Prepared {
  try {
    return { kind: "statements", all: bindArguments(split(sql), given) };
  } catch (error) {
    if (error instanceof StatementError) return { kind: "failed", message: error.message };
    throw error;
  }
}

function split(sql: string): ReturnType<typeof splitStatements> {
  const known = SPLIT.get(sql);
  if (known) return known;
  const statements = splitStatements(sql);
  SPLIT.set(sql, statements);
  return statements;
}
