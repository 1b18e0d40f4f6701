import { type Column, HeliosError, type Row, type Value, writeJsonRows } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Caller } from "../../../auth/caller.js";
import { BranchesService } from "../../../branches/branches.service.js";
import { DataService } from "../../../data/data.service.js";
import { SqlService } from "../../../sql/sql.service.js";
import { type Place, placeOf } from "../statement/database-ref.js";
import type { RowsOutcome } from "../statement/outcome.js";
import { isLike } from "./like.js";
import { COLUMNS, INDEXES, TABLE } from "./show-sql.js";
import type { Show } from "./show-statement.js";

interface Listed {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** Answers SHOW and DESCRIBE, within the limits of the caller. */
@Injectable()
export class ShowRunner {
  constructor(
    private readonly sql: SqlService,
    private readonly data: DataService,
    private readonly branches: BranchesService,
  ) {}

  /** @param database of the request; the statement's own comes first */
  async run(caller: Caller, show: Show, database: string | null, maxRows: number): Promise<RowsOutcome> {
    const { columns, rows } = await this.list(caller, show, database);
    const shown = rows.slice(0, maxRows);
    const untyped = columns.map((name): Column => ({ name, type: "text", declared: null }));
    return {
      kind: "rows",
      columns,
      json: writeJsonRows(untyped, shown, "arrays"),
      total: shown.length,
      truncated: rows.length > shown.length,
      scn: null,
    };
  }

  private async list(caller: Caller, show: Show, database: string | null): Promise<Listed> {
    if (show.about === "databases") {
      const { branches } = await this.branches.list(caller, {});
      return named("schema_name", branches, show.like);
    }
    const place = placeOf(show.database ?? database);
    switch (show.about) {
      case "tables":
        return named("table_name", await this.data.tables(caller, place.branch, place.at ?? undefined), show.like);
      case "columns": {
        const { columns, rows } = await this.of(caller, place, show.table, COLUMNS);
        return { columns, rows: rows.filter(([name]) => fits(name, show.like)) };
      }
      case "indexes":
        return this.of(caller, place, show.table, INDEXES);
      case "definition":
        return { columns: ["Table", "Create Table"], rows: [await this.table(caller, place, show.table)] };
    }
  }

  private async of(caller: Caller, place: Place, table: string, sql: string): Promise<Listed> {
    const [name] = await this.table(caller, place, table);
    return this.read(caller, place, sql, name!);
  }

  /** The table's own name, and its SQL. */
  private async table(caller: Caller, place: Place, name: string): Promise<Row> {
    const { rows } = await this.read(caller, place, TABLE, name);
    if (!rows[0]) throw new HeliosError("TABLE_NOT_FOUND", `Table '${name}' not found`, { table: name });
    return rows[0];
  }

  private async read(caller: Caller, { branch, at }: Place, sql: string, name: Value): Promise<Listed> {
    const { columns, rows } = await this.sql.query(caller, { branch, sql, params: [name], ...(at && { at }) });
    return { columns: columns.map((column) => column.name), rows };
  }
}

function named(column: string, all: readonly { readonly name: string }[], like: string | null): Listed {
  return { columns: [column], rows: all.filter(({ name }) => fits(name, like)).map(({ name }) => [name]) };
}

function fits(name: Value | undefined, like: string | null): boolean {
  return like === null || isLike(String(name), like);
}
