import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Signing secrets are derived from a key's id and a version, so the version is all that is kept. `nonces_cleared` says up
 * to which second used nonces may have been removed.
 */
export class SigningSecrets1795824000000 implements MigrationInterface {
  readonly name = "SigningSecrets1795824000000";

  async up(runner: QueryRunner): Promise<void> {
    for (const column of ADDED) await runner.query(`ALTER TABLE api_keys ADD COLUMN ${column}`);
    await runner.query(`
      CREATE TABLE used_nonces (digest TEXT PRIMARY KEY NOT NULL, used_at INTEGER NOT NULL) WITHOUT ROWID`);
    await runner.query("CREATE INDEX used_nonces_by_age ON used_nonces (used_at)");
    await runner.query("CREATE TABLE nonces_cleared (until INTEGER NOT NULL)");
    await runner.query("INSERT INTO nonces_cleared VALUES (0)");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE nonces_cleared");
    await runner.query("DROP TABLE used_nonces");
    for (const column of ADDED) await runner.query(`ALTER TABLE api_keys DROP COLUMN ${column.split(" ")[0]}`);
  }
}

const ADDED = ["signing_version INTEGER NOT NULL DEFAULT 0", "signing_since INTEGER", "signing_old_until INTEGER"];
