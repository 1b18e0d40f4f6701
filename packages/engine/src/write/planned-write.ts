import type { WriteContext } from "@heliosdb/port";
import type { ResultOf, WriteName } from "../api/api.js";
import type { ForeignKeyMode } from "../sql/batch-settings.js";

/** The operation's own part of a result, without the parts that the commit adds. */
export type OwnResult<O extends WriteName> = Omit<ResultOf<O>, "scn" | "timestamp" | "changed">;

/** An operation prepared outside the transaction: parsed, and its tables hooked. */
export interface PlannedWrite {
  readonly context: WriteContext;
  /** It needs a separate transaction. */
  readonly alone: boolean;
  readonly foreignKeys?: ForeignKeyMode;
  /** Uids of the tables that it may have written; complete after it has run. */
  readonly touched: Set<string>;
  readonly isDdl: boolean;
  /** Runs it inside the transaction; `statements` collects lines for the history. */
  run(scn: number, statements: string[]): object;
}
