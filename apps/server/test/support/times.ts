import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute } from "./http.js";
import { startServer, type TestServer } from "./server.js";

/**
 * A server on the morning of 1 December 2025, whose database was made an hour before: so the documents' requests that
 * read at 08:00 of that day can be sent as they are.
 */
export async function startOnThatMorning(statements: readonly string[]): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), "heliosdb-server-"));
  const before = await startServer({ dataDir, database: { clock: { startAt: "2025-12-01T07:30:00Z" } } });
  try {
    for (const sql of statements) await execute(before, sql);
  } finally {
    await before.close();
  }
  return startServer({ dataDir, database: { clock: { startAt: "2025-12-01T08:30:00Z" } } });
}

/** The tables that the documents' examples speak of. */
export const TABLES = [
  `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, age INTEGER,
   active BOOLEAN DEFAULT true, created_at TIMESTAMP, updated_at TIMESTAMP)`,
  "CREATE UNIQUE INDEX idx_users_email ON users (email)",
  "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id))",
  `INSERT INTO users (name, email, age, active) VALUES
   ('Alice', 'alice@example.com', 30, true), ('Bob', 'bob@example.com', 28, true), ('Cy', 'cy@example.com', 22, false)`,
  "INSERT INTO orders (user_id) VALUES (1), (1), (2)",
];
