import { type ExecuteRequest, HeliosError, type Parameters, type Statement } from "@heliosdb/port";
import { toHeliosError } from "../file/sqlite-error.js";
import { hasAsOf } from "../sql/as-of-clause.js";
import { type ForeignKeyMode, parseBatchSetting, temporaryTable } from "../sql/batch-settings.js";
import { foldName } from "../sql/names.js";
import type { ParsedStatement } from "../sql/statement.js";
import type { BranchFile } from "./branch-file.js";
import { droppedTable, nameTaken } from "./ddl.js";
import { tellsOfLastWrite } from "./last-write.js";

/** Number of tokens at the beginning of a statement that describe it in the history. */
export const SUMMARISED = 12;

/** Verbs of queries that a batch may contain. */
const READS: ReadonlySet<string> = new Set(["SELECT", "VALUES"]);

/** One statement of a batch, at its position. */
export type BatchStep =
  | {
      readonly kind: "statement";
      readonly statement: ParsedStatement;
      readonly params: Parameters;
      /** The table that it makes, which exists until the end of the batch. */
      readonly temporary?: string;
    }
  /** A PRAGMA that was applied when the batch was planned. */
  | { readonly kind: "setting" }
  /** Foreign keys are checked here, as well as at the end. */
  | { readonly kind: "check" };

/** The statements of one commit, and how to run them. */
export interface Batch {
  readonly steps: readonly BatchStep[];
  readonly foreignKeys: ForeignKeyMode;
}

/** Parses the statements of one commit. Throws HeliosError, with the statement's index if there are several. */
export function parseBatch(file: BranchFile, { statements, queries = false }: ExecuteRequest): Batch {
  const several = statements.length > 1;
  const steps: BatchStep[] = [];
  const modes = new Set<ForeignKeyMode>();
  statements.forEach((given, index) => {
    try {
      steps.push(several ? parseStep(file, given, queries, steps, modes) : parseAlone(file, given, queries));
    } catch (error) {
      throw toHeliosError(error, several ? { statement_index: index } : {});
    }
  });
  return { steps, foreignKeys: modeOf(modes, steps) };
}

function parseAlone(file: BranchFile, { sql, params = [] }: Statement, queries: boolean): BatchStep {
  if (parseBatchSetting(sql)?.kind === "foreign keys") {
    throw new HeliosError(
      "SQL_NOT_ALLOWED",
      "This PRAGMA applies to one batch. Send it in a batch, together with the statements that need it.",
    );
  }
  return { kind: "statement", statement: parseRunnable(file, sql, queries), params };
}

function parseStep(
  file: BranchFile,
  { sql, params = [] }: Statement,
  queries: boolean,
  before: readonly BatchStep[],
  modes: Set<ForeignKeyMode>,
): BatchStep {
  const setting = parseBatchSetting(sql);
  if (setting?.kind === "check") return { kind: "check" };
  if (setting) {
    if (setting.mode === "off" && before.some(({ kind }) => kind === "statement")) {
      throw new HeliosError(
        "SQL_NOT_ALLOWED",
        "PRAGMA foreign_keys = OFF must come before the batch's first statement: a batch is one transaction, in which it has no effect later.",
      );
    }
    modes.add(setting.mode);
    return { kind: "setting" };
  }
  const table = temporaryTable(sql);
  const statement = parseRunnable(file, table?.sql ?? sql, queries);
  return { kind: "statement", statement, params, ...(table && { temporary: table.name }) };
}

function parseRunnable(file: BranchFile, sql: string, queries: boolean): ParsedStatement {
  const statement = file.parse(sql);
  if (statement.kind === "query" && !(queries && READS.has(statement.type))) {
    throw new HeliosError(
      "NOT_A_STATEMENT",
      `${statement.type} only reads. Expected a statement that writes; send this one as a query.`,
    );
  }
  if (hasAsOf(statement.tokens)) {
    throw new HeliosError(
      "INVALID_SQL",
      statement.kind === "query"
        ? "AS OF can't be used among statements that write. Send this SELECT as a query."
        : "AS OF is only for queries, and this statement writes. Query the old rows first, then write them back, or restore the branch.",
    );
  }
  return withoutTokens(statement);
}

/**
 * Keeps only the tokens that are still needed: for long statements, all of them would take far more memory than the
 * texts.
 */
export function withoutTokens(statement: ParsedStatement): ParsedStatement {
  return statement.kind === "ddl" || statement.kind === "query" || tellsOfLastWrite(statement.references)
    ? statement
    : { ...statement, tokens: statement.tokens.slice(0, SUMMARISED) };
}

/**
 * Deferred keys have their actions, and dropping a table deletes the rows that refer to it. So for the rebuild of a
 * table, which drops it and gives its name to another, `deferred` means `off`: the rows that refer to it stay.
 */
function modeOf(modes: ReadonlySet<ForeignKeyMode>, steps: readonly BatchStep[]): ForeignKeyMode {
  if (modes.has("off")) return "off";
  if (!modes.has("deferred")) return "at once";
  const statements = steps.flatMap((step) => (step.kind === "statement" ? [step.statement] : []));
  const isRebuild = statements.some((statement, at) => {
    const dropped = droppedTable(statement);
    return dropped !== null && statements.slice(at + 1).some((later) => nameTaken(later) === foldName(dropped));
  });
  return isRebuild ? "off" : "deferred";
}
