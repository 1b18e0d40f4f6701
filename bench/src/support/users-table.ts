/** The table of the benchmarks over HTTP, with rows 1 to 10,000. */
export const TABLE = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT)";
export const FILL = `INSERT INTO users SELECT value, 'user ' || value, 'user' || value || '@example.com' FROM (
  WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 10000) SELECT value FROM n)`;
export const POINT = "SELECT id, name, email FROM users WHERE id = ?";
export const INSERT = "INSERT INTO users (name, email) VALUES (?, ?)";

/** A thousand JSON bodies, each with another of the table's ids. */
export function keyBodies(body: (id: number) => unknown): string[] {
  return Array.from({ length: 1000 }, (_, i) => JSON.stringify(body(1 + ((i * 7919) % 10_000))));
}
