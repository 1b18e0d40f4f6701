import type { JsonCell } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Caller } from "../../../auth/caller.js";
import { type TableName, tableName } from "../names/table-name.js";
import { schemaName } from "../state/schema-name.js";
import { SchemaState } from "../state/schema-state.js";
import { type CompoundConstraint, constraintsOf } from "./constraints.js";
import { resolvedDefault } from "./default-value.js";
import { headersOf, type TableHeader } from "./headers.js";

export interface BaseTableName extends TableName {
  readonly schema: string;
}

export interface TableMeta {
  readonly schema: string;
  readonly name: string;
  readonly headers: readonly TableHeader[];
  readonly totalRows: number;
  readonly constraints: readonly CompoundConstraint[];
  /** SQLite keeps none. */
  readonly comment: "";
  readonly parts: readonly BaseTableName[];
}

/** Tells what schemas and tables there are. */
@Injectable()
export class MetaService {
  /** Every branch that the caller sees is a schema. */
  async schemas({ database }: Caller): Promise<readonly string[]> {
    return (await database.listBranches({})).map(({ name }) => name);
  }

  async tables(caller: Caller, schema: string): Promise<readonly BaseTableName[]> {
    const { branch, at } = schemaName(schema);
    const names = new Set((await caller.database.listTables({ branch, at })).map(({ name }) => name));
    return [...names].map((name) => ({ schema, ...tableName(name, (master) => names.has(master)) }));
  }

  async table(caller: Caller, schema: string, name: string): Promise<TableMeta> {
    // All of them, for the parts, and for where foreign keys lead to in the end.
    const state = await SchemaState.read(caller, schema);
    const table = state.table(name);
    const counted = await SchemaState.readTable(caller, schema, name, { nextKeys: true });
    return {
      schema,
      name: table.name,
      headers: headersOf(counted.table),
      totalRows: table.info.rowCount,
      constraints: constraintsOf(state, table),
      comment: "",
      parts: state.partsOf(table).map((part) => ({ schema, ...state.nameOf(part.name) })),
    };
  }

  /** The row that would be inserted now if nothing were said. */
  async defaults(caller: Caller, schema: string, name: string): Promise<{ readonly [column: string]: JsonCell }> {
    const { table } = await SchemaState.readTable(caller, schema, name, { nextKeys: true });
    const now = new Date();
    return Object.fromEntries(table.columns.map((column) => [column.name, resolvedDefault(table, column, now)]));
  }
}
