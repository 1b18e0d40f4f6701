import { NOW, type PointInTime, sameName } from "@heliosdb/port";
import type { Caller } from "../../../auth/caller.js";
import { ApiError } from "../../../errors/api-error.js";
import { type TableName, tableName } from "../names/table-name.js";
import { type SchemaName, schemaName } from "./schema-name.js";
import { HeliumTable } from "./table.js";

/** The tables of a request's schema, as they were when they were read. */
export class SchemaState {
  private constructor(
    readonly schema: SchemaName,
    readonly tables: readonly HeliumTable[],
  ) {}

  /**
   * Reads a schema's tables: all, or those of some names. Throws BRANCH_NOT_FOUND and the errors of points in time.
   * @param pinned reads "now" at one commit, for requests that read several tables
   */
  static async read(caller: Caller, text: string, names?: readonly string[], pinned = false): Promise<SchemaState> {
    const named = schemaName(text);
    const at = pinned && named.at === undefined ? await presentOf(caller, named) : named.at;
    const schema = { ...named, at };
    const found = await caller.database.listTables({ branch: schema.branch, at, tables: names, details: true });
    return new SchemaState(
      schema,
      found.map((info) => new HeliumTable(info)),
    );
  }

  /** Reads a schema with one of its tables. Throws TABLE_NOT_FOUND. */
  static async readTable(
    caller: Caller,
    text: string,
    name: string,
  ): Promise<{ schema: SchemaName; table: HeliumTable }> {
    const { schema, ...state } = await SchemaState.read(caller, text, [name]);
    const [table] = state.tables;
    if (!table) throw new ApiError("TABLE_NOT_FOUND");
    return { schema, table };
  }

  find(name: string): HeliumTable | undefined {
    return this.tables.find((table) => sameName(table.name, name));
  }

  /** Throws TABLE_NOT_FOUND. */
  table(name: string): HeliumTable {
    const table = this.find(name);
    if (!table) throw new ApiError("TABLE_NOT_FOUND");
    return table;
  }

  nameOf(raw: string): TableName {
    return tableName(raw, (master) => this.tables.some(({ name }) => name === master));
  }

  /** The parts of a table, in the order of their names. */
  partsOf({ name }: HeliumTable): readonly HeliumTable[] {
    return this.tables.filter((table) => this.nameOf(table.name).masterName?.raw === name);
  }
}

async function presentOf({ database }: Caller, { branch }: SchemaName): Promise<PointInTime> {
  const { scn } = await database.resolve({ branch, at: NOW });
  return { kind: "scn", scn };
}
