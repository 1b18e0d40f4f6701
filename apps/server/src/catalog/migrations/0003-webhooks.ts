import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Times are in microseconds since 1970. `tenant` is the internal id. `part` counts the events of one change. A trigger
 * moves the cursor in the statement that records a delivery as done, so that both take one transaction and one fsync.
 */
export class Webhooks1795219202000 implements MigrationInterface {
  readonly name = "Webhooks1795219202000";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhooks (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        url TEXT NOT NULL,
        description TEXT,
        filters TEXT NOT NULL,
        secret TEXT NOT NULL,
        old_secret TEXT,
        old_secret_until INTEGER,
        enabled INTEGER NOT NULL,
        disabled_reason TEXT,
        disabled_at INTEGER,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        base_seq INTEGER NOT NULL,
        base_scn INTEGER NOT NULL
      )`);
    await runner.query("CREATE INDEX webhooks_by_tenant ON webhooks (tenant)");
    await runner.query(`
      CREATE TABLE webhook_cursors (
        webhook TEXT NOT NULL,
        branch TEXT NOT NULL,
        seq INTEGER NOT NULL,
        scn INTEGER NOT NULL,
        part INTEGER NOT NULL,
        PRIMARY KEY (webhook, branch)
      ) WITHOUT ROWID`);
    await runner.query(`
      CREATE TABLE webhook_deliveries (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        webhook TEXT NOT NULL,
        purpose TEXT NOT NULL,
        branch TEXT,
        event_id TEXT NOT NULL,
        event TEXT NOT NULL,
        body TEXT NOT NULL,
        seq INTEGER,
        scn INTEGER,
        part INTEGER,
        status TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        response_status INTEGER,
        error TEXT,
        created_at INTEGER NOT NULL,
        failing_since INTEGER,
        attempted_at INTEGER NOT NULL,
        next_attempt_at INTEGER
      )`);
    await runner.query("CREATE INDEX webhook_deliveries_of ON webhook_deliveries (webhook, number)");
    await runner.query(
      "CREATE UNIQUE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook, branch) WHERE status = 'waiting'",
    );
    for (const [name, when, condition] of [
      ["webhook_delivered", "INSERT", "NEW.status = 'delivered'"],
      ["webhook_delivered_later", "UPDATE OF status", "OLD.status = 'waiting' AND NEW.status = 'delivered'"],
    ]) {
      await runner.query(`
        CREATE TRIGGER ${name} AFTER ${when} ON webhook_deliveries WHEN ${condition} AND NEW.purpose = 'event'
        BEGIN
          INSERT OR REPLACE INTO webhook_cursors VALUES (NEW.webhook, NEW.branch, NEW.seq, NEW.scn, NEW.part);
        END`);
    }
    await runner.query(`
      CREATE TRIGGER webhooks_end_with_their_tenant AFTER DELETE ON tenants
      BEGIN
        DELETE FROM webhook_deliveries WHERE webhook IN (SELECT id FROM webhooks WHERE tenant = OLD.directory);
        DELETE FROM webhook_cursors WHERE webhook IN (SELECT id FROM webhooks WHERE tenant = OLD.directory);
        DELETE FROM webhooks WHERE tenant = OLD.directory;
      END`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TRIGGER webhooks_end_with_their_tenant");
    for (const table of ["webhook_deliveries", "webhook_cursors", "webhooks"]) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
