import type { components } from "../generated/schema.js";
import type { ColumnType } from "./rows.js";
import { dateOf } from "./times.js";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** As in CREATE TABLE; empty if that names none. */
  readonly declaredType: string;
  readonly nullable: boolean;
  readonly primaryKey: boolean;
}

export interface Table {
  readonly name: string;
  readonly rowCount: number;
  /** Approximate size of the rows. */
  readonly sizeBytes: number;
  readonly createdAt: Date;
  readonly columns: readonly Column[];
  readonly indexes: readonly string[];
}

export function tableOf(wire: components["schemas"]["Table"]): Table {
  return {
    name: wire.name,
    rowCount: wire.row_count,
    sizeBytes: wire.size_bytes,
    createdAt: dateOf(wire.created_at),
    columns: wire.columns.map((column) => ({
      name: column.name,
      type: column.type,
      declaredType: column.declared_type,
      nullable: column.nullable,
      primaryKey: column.primary_key,
    })),
    indexes: wire.indexes,
  };
}
