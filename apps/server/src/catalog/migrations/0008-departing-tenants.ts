import type { MigrationInterface, QueryRunner } from "typeorm";

/** A tenant that is on its way to another server is not served here, whoever starts the server meanwhile. */
export class DepartingTenants1796256000000 implements MigrationInterface {
  readonly name = "DepartingTenants1796256000000";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE tenants ADD COLUMN departing INTEGER NOT NULL DEFAULT 0");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE tenants DROP COLUMN departing");
  }
}
