import type { MigrationInterface, QueryRunner } from "typeorm";

export class IdempotencyKeys1795219200000 implements MigrationInterface {
  readonly name = "IdempotencyKeys1795219200000";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_keys (
        id TEXT PRIMARY KEY NOT NULL,
        tenant TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        outcome TEXT NOT NULL,
        created_at INTEGER NOT NULL
      ) WITHOUT ROWID`);
    await runner.query("CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at)");
    await runner.query("CREATE INDEX idempotency_keys_by_tenant ON idempotency_keys (tenant)");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE idempotency_keys");
  }
}
