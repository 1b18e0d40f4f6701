import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * `audit_begin` has the time up to which entries may be removed because of their age; no other change to an entry is
 * possible.
 */
export class AuditLog1795219201000 implements MigrationInterface {
  readonly name = "AuditLog1795219201000";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_log (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        tenant TEXT NOT NULL,
        user_id TEXT NOT NULL,
        key_id TEXT,
        client_id TEXT,
        method TEXT NOT NULL,
        address TEXT NOT NULL,
        operation TEXT NOT NULL,
        branch TEXT,
        object TEXT,
        scn INTEGER,
        status INTEGER NOT NULL,
        code TEXT,
        replayed INTEGER NOT NULL,
        request_id TEXT NOT NULL,
        trace_id TEXT NOT NULL
      )`);
    await runner.query("CREATE INDEX audit_log_by_tenant ON audit_log (tenant, id)");
    await runner.query("CREATE INDEX audit_log_by_age ON audit_log (at)");
    await runner.query("CREATE TABLE audit_begin (at INTEGER NOT NULL)");
    await runner.query("INSERT INTO audit_begin VALUES (0)");
    await runner.query(`
      CREATE TRIGGER audit_log_stays BEFORE UPDATE ON audit_log
      BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`);
    await runner.query(`
      CREATE TRIGGER audit_log_is_kept BEFORE DELETE ON audit_log WHEN OLD.at >= (SELECT at FROM audit_begin)
      BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE audit_log");
    await runner.query("DROP TABLE audit_begin");
  }
}
