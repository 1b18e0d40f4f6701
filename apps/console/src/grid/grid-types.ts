import type { ColumnType } from "@heliosdb/client";
import type { ReactNode } from "react";

export interface GridColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** As declared, for the heading. */
  readonly declaredType?: string;
  readonly isKey?: boolean;
  readonly width: number;
}

export interface GridCell {
  readonly value: unknown;
  readonly isEdited?: boolean;
  /** Stands in place of the value's text. */
  readonly content?: ReactNode;
}

export interface Place {
  readonly row: number;
  readonly column: number;
}

export type RowMark = "inserted" | "edited" | "deleted";
