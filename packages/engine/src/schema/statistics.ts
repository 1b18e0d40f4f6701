import type { TableColumn, TableInfo } from "@heliosdb/port";
import { type Connection, one } from "../file/connection.js";
import { ident } from "../sql/names.js";
import { typeOfDeclaration } from "../values/sqlite-value.js";
import type { Epoch, TableDef } from "./model.js";
import { storedColumns } from "./model.js";

/** Number of rows from which a table's size is estimated. */
const SAMPLE = 100;

/** Rows of a table at an SCN. The number is stored with every commit that changed it, so nothing is counted. */
export function rowCount(db: Connection, uid: string, scn: number): number {
  const sql = "SELECT rows FROM main._helios_marks WHERE uid = ? AND scn <= ? ORDER BY scn DESC LIMIT 1";
  return one<number>(db, sql, uid, scn) ?? 0;
}

export function totalRows(db: Connection, epoch: Epoch, scn: number): number {
  return epoch.tables.reduce((sum, table) => sum + rowCount(db, table.uid, scn), 0);
}

/** Describes a table of a state that can be read by its name on the connection. */
export function describeTable(db: Connection, epoch: Epoch, table: TableDef, scn: number): TableInfo {
  const rows = rowCount(db, table.uid, scn);
  const created = one<number>(
    db,
    "SELECT c.ts FROM main._helios_tables AS t JOIN main._helios_commits AS c ON c.scn = t.created WHERE t.uid = ?",
    table.uid,
  );
  return {
    name: table.name,
    rowCount: rows,
    sizeBytes: Math.round(rows * averageRowSize(db, table)),
    createdAt: created ?? 0,
    columns: table.columns.map(
      (column): TableColumn => ({
        name: column.name,
        type: typeOfDeclaration(column.declaredType) ?? "text",
        declaredType: column.declaredType,
        nullable: !column.notNull && column.name !== table.rowidColumn && !(table.withoutRowid && column.key > 0),
        primaryKey: column.key,
        generated: column.generated,
      }),
    ),
    indexes: epoch.objects
      .filter((object) => object.type === "index" && object.table === table.name)
      .map((object) => object.name),
  };
}

function averageRowSize(db: Connection, table: TableDef): number {
  const size = storedColumns(table)
    .map((column) => `coalesce(octet_length(${ident(column.name)}), 0)`)
    .join(" + ");
  const average = one<number | null>(
    db,
    `SELECT avg(size) FROM (SELECT ${size || "0"} AS size FROM ${ident(table.name)} LIMIT ${SAMPLE})`,
  );
  return (average ?? 0) + 8;
}
