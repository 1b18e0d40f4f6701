import type { MigrationInterface, QueryRunner } from "typeorm";

export class Sessions1795219204000 implements MigrationInterface {
  readonly name = "Sessions1795219204000";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sessions (
        id TEXT PRIMARY KEY NOT NULL,
        key_id TEXT NOT NULL,
        generation INTEGER NOT NULL,
        binding TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
      ) WITHOUT ROWID`);
    await runner.query("CREATE INDEX sessions_by_key ON sessions (key_id)");
    await runner.query("CREATE INDEX sessions_by_end ON sessions (expires_at)");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE sessions");
  }
}
