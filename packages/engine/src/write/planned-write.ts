import type { WriteContext } from "@heliosdb/port";
import type { ResultOf, WriteName } from "../api/api.js";
import type { ForeignKeyMode } from "../sql/batch-settings.js";

/** What a commit still lacks when the operation has run: its own part of the result. */
export type OwnResult<O extends WriteName> = Omit<ResultOf<O>, "scn" | "timestamp" | "changed">;

/** An operation made ready outside the transaction: parsed, and its tables hooked. */
export interface PlannedWrite {
  readonly context: WriteContext;
  /** Must have a transaction of its own. */
  readonly alone: boolean;
  readonly foreignKeys?: ForeignKeyMode;
  /** Uids of the tables that it may have written; complete once it has run. */
  readonly touched: Set<string>;
  readonly isDdl: boolean;
  /** Runs it inside the transaction; `statements` collects lines for the history. */
  run(scn: number, statements: string[]): object;
}
