import type { Database } from "better-sqlite3";
import type { DataSource } from "typeorm";

export interface CatalogStatement {
  readonly sql: string;
  readonly values: readonly (string | number | null)[];
}

/**
 * Runs statements as one transaction and in one turn, and says how many rows each has changed. TypeORM has one connection
 * for all requests: its own transactions, which wait between statements, would take in what others write meanwhile, and
 * lose it when they are rolled back.
 */
export function atomically(catalog: DataSource, statements: readonly CatalogStatement[]): readonly number[] {
  const { databaseConnection } = catalog.driver as unknown as { readonly databaseConnection: Database };
  return databaseConnection.transaction(() =>
    statements.map(({ sql, values }) => databaseConnection.prepare(sql).run(...values).changes),
  )();
}
