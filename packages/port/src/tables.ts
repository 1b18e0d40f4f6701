import type { BranchRef } from "./branches.js";
import type { PointInTime } from "./point.js";
import type { ColumnType } from "./values.js";

export interface ListTables {
  readonly branch: BranchRef;
  /** Default now. */
  readonly at?: PointInTime;
}

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly declaredType: string;
  readonly nullable: boolean;
  /** 1-based position in the primary key, 0 outside it. */
  readonly primaryKey: number;
  readonly generated: boolean;
}

export interface TableInfo {
  readonly name: string;
  readonly rowCount: number;
  /** Approximate size of the rows, from a sample, without indexes and history. */
  readonly sizeBytes: number;
  /** Microseconds since 1970. */
  readonly createdAt: number;
  readonly columns: readonly TableColumn[];
  readonly indexes: readonly string[];
}
