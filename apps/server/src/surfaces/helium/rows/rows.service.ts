import type { JsonCell, Row } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Caller } from "../../../auth/caller.js";
import { ApiError } from "../../../errors/api-error.js";
import { SqlLimits } from "../../../sql/sql-limits.js";
import type { SchemaName } from "../state/schema-name.js";
import { SchemaState } from "../state/schema-state.js";
import type { HeliumTable } from "../state/table.js";
import { cell, type HeliumRow, heliumRows } from "./cells.js";
import { condition } from "./condition.js";
import type { Filter } from "./filter.js";
import { ident } from "./literal.js";
import { partCondition } from "./part-condition.js";

export interface TablePlace {
  readonly schema: string;
  readonly table: string;
}

export interface PageRequest {
  readonly filters: readonly Filter[];
  readonly sort: { readonly column: string; readonly descending: boolean } | null;
  readonly limit: number;
  /** 1-based. */
  readonly page: number;
}

export interface RowPage {
  readonly size: number;
  readonly data: readonly HeliumRow[];
  readonly totalRows: number;
}

/** Rows by the name of their table. */
export interface RowsByTable {
  readonly [table: string]: readonly HeliumRow[];
}

interface Select {
  readonly filter: string | undefined;
  readonly limit: number;
  readonly offset?: number;
  readonly orderBy?: string;
}

/** Reads rows of tables. */
@Injectable()
export class RowsService {
  constructor(private readonly limits: SqlLimits) {}

  async page(caller: Caller, place: TablePlace, request: PageRequest): Promise<RowPage> {
    const { schema, table } = await SchemaState.readTable(caller, place.schema, place.table);
    const { filters, sort, limit, page } = request;
    const orderBy = sort ? `${ident(table.column(sort.column).name)}${sort.descending ? " DESC" : ""}` : undefined;
    const select = { filter: condition(table, filters), limit, offset: (page - 1) * limit, orderBy };
    const { rows, total } = await this.read(caller, schema, table, select, true);
    if (rows.length === 0 && page > 1) throw new ApiError("INVALID_FIELD", `Page too high: ${page}`);
    const data = heliumRows(table, rows);
    return { size: data.length, data, totalRows: total! };
  }

  /** One row of a table, with the rows of its parts that belong to it. */
  async pluck(caller: Caller, place: TablePlace, selectors: readonly Filter[]): Promise<RowsByTable> {
    const state = await SchemaState.read(caller, place.schema, { pinned: true });
    const { schema } = state;
    const master = state.table(place.table);
    const select = { filter: condition(master, selectors), limit: 2 };
    const { rows, total } = await this.read(caller, schema, master, select, true);
    const [row] = rows;
    if (!row || total !== 1) {
      throw new ApiError("INVALID_FIELD", `Provided constraints did not produce exactly 1 result, got ${total}`);
    }
    const found: [string, readonly HeliumRow[]][] = [[master.name, heliumRows(master, [row])]];
    for (const part of state.partsOf(master)) {
      const filter = partCondition(part, master, row);
      const belonging = filter === null ? [] : await this.all(caller, schema, part, filter);
      if (belonging.length > 0) found.push([part.name, heliumRows(part, belonging)]);
    }
    return Object.fromEntries(found);
  }

  /** The different values of a column, ascending. */
  async values(caller: Caller, place: TablePlace, name: string): Promise<readonly JsonCell[]> {
    const { schema, table } = await SchemaState.readTable(caller, place.schema, place.table);
    const column = table.column(name);
    const { rows, hasMore } = await caller.database.readTable({
      ...{ branch: schema.branch, at: schema.at, table: table.name },
      ...{ columns: ident(column.name), distinct: true, limit: this.limits.maxRows, offset: 0, includeTotal: false },
    });
    if (hasMore) throw tooMany(`The column has more than ${this.limits.maxRows} different values.`);
    return rows.map(([value]) => cell(value!, column));
  }

  private async all(caller: Caller, schema: SchemaName, table: HeliumTable, filter: string): Promise<readonly Row[]> {
    const select = { filter, limit: this.limits.maxRows };
    const { rows, hasMore } = await this.read(caller, schema, table, select, false);
    if (hasMore) throw tooMany(`More than ${this.limits.maxRows} rows of '${table.name}' belong to the row.`);
    return rows;
  }

  private read(caller: Caller, schema: SchemaName, table: HeliumTable, select: Select, includeTotal: boolean) {
    const { branch, at } = schema;
    const columns = table.columns.map(({ name }) => ident(name)).join(", ");
    return caller.database.readTable({ offset: 0, ...select, branch, at, table: table.name, columns, includeTotal });
  }
}

function tooMany(message: string): ApiError {
  return new ApiError("RESULT_TOO_LARGE", message);
}
