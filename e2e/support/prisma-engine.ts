import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type * as Bindings from "@prisma/schema-engine-wasm/schema_engine_bg";

const PACKAGE = "@prisma/schema-engine-wasm/schema_engine_bg";
const FILTERS = { externalTables: [], externalEnums: [] };
const FILE = "schema.prisma";

/** Node has it; the types that it has are those of browsers. */
const { WebAssembly: wasm } = globalThis as unknown as {
  readonly WebAssembly: {
    instantiate(
      bytes: Uint8Array,
      imports: Readonly<Record<string, object>>,
    ): Promise<{ readonly instance: { readonly exports: { __wbindgen_start(): void } } }>;
  };
};

/** A migration as it stands in a folder of its own. */
export interface PrismaMigration {
  readonly name: string;
  readonly sql: string;
}

/**
 * What Prisma's command does with migrations: its schema engine, on its adapter for libSQL. The command itself would
 * fetch the engine as a native program; this is the same one as WebAssembly.
 */
export class PrismaEngine {
  private constructor(private readonly bindings: typeof Bindings) {}

  static async load(): Promise<PrismaEngine> {
    const path = createRequire(import.meta.url).resolve(PACKAGE);
    const bindings = (await import(pathToFileURL(path).href)) as typeof Bindings;
    const bytes = readFileSync(join(dirname(path), "schema_engine_bg.wasm"));
    const { instance } = await wasm.instantiate(bytes, { "./schema_engine_bg.js": { ...bindings } });
    const internals = bindings as unknown as { __wbg_set_wasm(exports: object): void };
    internals.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
    return new PrismaEngine(bindings);
  }

  /** `prisma db push`. Resolves to the number of steps that it took. */
  async push(database: PrismaDatabase, schema: string): Promise<number> {
    const engine = await this.on(database, schema);
    const files = [{ path: FILE, content: schema }];
    const { executedSteps, unexecutable } = await engine.schemaPush({
      schema: { files },
      force: true,
      filters: FILTERS,
    });
    if (unexecutable.length > 0) throw new Error(unexecutable.join("\n"));
    return executedSteps;
  }

  /** `prisma migrate diff`: the SQL that leads from one schema to another; null is no schema. */
  async diff(database: PrismaDatabase, from: string | null, to: string): Promise<string> {
    const engine = await this.on(database, to);
    const model = (content: string) => {
      return { tag: "schemaDatamodel" as const, files: [{ path: FILE, content }], configDir: "." };
    };
    const { stdout } = await engine.diff({
      from: from === null ? { tag: "empty" } : model(from),
      to: model(to),
      script: true,
      exitCode: null,
      filters: FILTERS,
    });
    return stdout ?? "";
  }

  /** `prisma migrate deploy`. Resolves to the names of the migrations that it applied. */
  async deploy(database: PrismaDatabase, schema: string, migrations: readonly PrismaMigration[]): Promise<string[]> {
    const engine = await this.on(database, schema);
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: {
        baseDir: "/migrations",
        lockfile: { path: "migration_lock.toml", content: 'provider = "sqlite"\n' },
        shadowDbInitScript: "",
        migrationDirectories: migrations.map(({ name, sql }) => ({
          path: name,
          migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
        })),
      },
      filters: FILTERS,
    });
    return appliedMigrationNames;
  }

  private on({ url, authToken }: PrismaDatabase, schema: string): Promise<Bindings.SchemaEngine> {
    const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaLibSql({ url, authToken }));
    return this.bindings.SchemaEngine.new({ datamodels: [[FILE, schema]] }, () => {}, adapter);
  }
}

export interface PrismaDatabase {
  /** The address of a branch. */
  readonly url: string;
  readonly authToken: string;
}
