import type { MigrationInterface, QueryRunner } from "typeorm";

export class TenantsAndKeys1764547200000 implements MigrationInterface {
  readonly name = "TenantsAndKeys1764547200000";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tenants (
        directory TEXT PRIMARY KEY NOT NULL,
        name TEXT NOT NULL UNIQUE,
        created_at INTEGER NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE api_keys (
        id TEXT PRIMARY KEY NOT NULL,
        hash TEXT NOT NULL,
        name TEXT NOT NULL,
        user_id TEXT NOT NULL,
        tenant TEXT NOT NULL REFERENCES tenants (name),
        client_id TEXT,
        scopes TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER,
        revoked_at INTEGER
      )`);
    await runner.query("CREATE INDEX api_keys_by_tenant ON api_keys (tenant, created_at)");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE api_keys");
    await runner.query("DROP TABLE tenants");
  }
}
