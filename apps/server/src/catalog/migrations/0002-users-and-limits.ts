import type { MigrationInterface, QueryRunner } from "typeorm";

export class UsersAndLimits1767225600000 implements MigrationInterface {
  readonly name = "UsersAndLimits1767225600000";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        tenant TEXT NOT NULL REFERENCES tenants (name),
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        email TEXT,
        role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'maintainer', 'admin')),
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        disabled_at INTEGER,
        PRIMARY KEY (tenant, id)
      )`);
    await runner.query("CREATE TABLE dropped_databases (directory TEXT PRIMARY KEY NOT NULL)");
    for (const column of ADDED) await runner.query(`ALTER TABLE api_keys ADD COLUMN ${column}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of ADDED) await runner.query(`ALTER TABLE api_keys DROP COLUMN ${column.split(" ")[0]}`);
    await runner.query("DROP TABLE dropped_databases");
    await runner.query("DROP TABLE users");
  }
}

const ADDED = [
  "generation INTEGER NOT NULL DEFAULT 0",
  "rotated_at INTEGER",
  "old_hash TEXT",
  "old_until INTEGER",
  "branches TEXT",
  "tables TEXT",
];
