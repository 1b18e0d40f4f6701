import { NOW, type PointInTime, sameName } from "@heliosdb/port";
import type { Caller } from "../../../auth/caller.js";
import { ApiError } from "../../../errors/api-error.js";
import { type TableName, tableName } from "../names/table-name.js";
import { type SchemaName, schemaName } from "./schema-name.js";
import { HeliumTable } from "./table.js";

/** The parts of a schema that a request needs. */
export interface Wanted {
  /** Names. Default all. */
  readonly tables?: readonly string[];
  /** Each table's next key; see the port. */
  readonly nextKeys?: boolean;
  /** "Now" is one commit, for requests that read more after this. */
  readonly pinned?: boolean;
}

export interface TableState {
  readonly schema: SchemaName;
  readonly table: HeliumTable;
}

/** The tables of a request's schema, as they were when they were read. */
export class SchemaState {
  private readonly names: ReadonlySet<string>;

  private constructor(
    readonly schema: SchemaName,
    readonly tables: readonly HeliumTable[],
  ) {
    this.names = new Set(tables.map(({ name }) => name));
  }

  /** Reads a schema's tables. Throws BRANCH_NOT_FOUND and the errors of points in time. */
  static async read(caller: Caller, text: string, wanted: Wanted = {}): Promise<SchemaState> {
    const named = schemaName(text);
    const { tables, nextKeys, pinned } = wanted;
    const at = pinned && named.at === undefined ? await presentOf(caller, named) : named.at;
    const schema = { ...named, at };
    const request = { branch: schema.branch, at, tables, nextKeys, details: true };
    const found = await caller.database.listTables(request);
    return new SchemaState(
      schema,
      found.map((info) => new HeliumTable(info)),
    );
  }

  /** Reads one table of a schema. Throws TABLE_NOT_FOUND. */
  static async readTable(
    caller: Caller,
    text: string,
    name: string,
    wanted: Omit<Wanted, "tables"> = {},
  ): Promise<TableState> {
    const state = await SchemaState.read(caller, text, { ...wanted, tables: [name] });
    return { schema: state.schema, table: state.table(name) };
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
    return tableName(raw, (master) => this.names.has(master));
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
