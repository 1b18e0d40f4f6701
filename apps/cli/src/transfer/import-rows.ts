import { NotFoundError } from "@heliosdb/client";
import { UsageError } from "../errors/exit-codes.js";
import { note } from "../output/writer.js";
import type { Session } from "../session/session.js";
import { ROWS } from "./import/batches.js";
import { noteResumed, type RunOptions, stateFor } from "./import/begin.js";
import { checkRows } from "./import/check.js";
import { encoderFor } from "./import/encoder.js";
import { catchUp } from "./import/resume.js";
import { rowSink } from "./import/row-sink.js";
import { runImport } from "./import/run.js";
import { openBytes } from "./read/bytes.js";
import { type CsvOptions, openCsv, type Sampled } from "./read/csv.js";
import type { ImportFormat } from "./read/formats.js";
import { openJson } from "./read/json.js";
import { openSqlite } from "./read/sqlite.js";
import { guessTable } from "./table/guess.js";
import { matchColumns, type OnConflict } from "./table/match.js";
import { createStatement, readTable, type Table, withKey } from "./table/target.js";

export interface RowsOptions extends RunOptions {
  readonly branch: string;
  readonly table: string;
  readonly format: Exclude<ImportFormat, "sql">;
  readonly create: boolean;
  /** For a table that is created. */
  readonly primaryKey: readonly string[] | undefined;
  readonly types: ReadonlyMap<string, string>;
  readonly onConflict: OnConflict;
  readonly csv: CsvOptions;
  readonly dryRun: boolean;
}

/** Imports the rows of a file into one table. */
export async function importRows(session: Session, file: string, options: RowsOptions): Promise<void> {
  const { client, writer } = session;
  const branch = await client.branches.get(options.branch);
  const opened = await open(file, options);
  const name = file === "-" ? "stdin" : file;
  const existing = await readTable(client, { branch: branch.id }, options.table);
  const table = existing ?? newTable(opened, options);
  const create = existing ? null : createStatement(table);
  const columns = matchColumns(name, opened.source, table, options.onConflict);
  const encoder = encoderFor(columns, opened.source.values);
  if (options.dryRun) {
    const checked = await checkRows(name, opened.source, encoder, options.most);
    const shown = columns.map((column) => ({ name: column.name, type: column.type }));
    writer.one({ table: table.name, create, columns: shown, ...checked }, [
      { heading: "table", value: (result) => result.table },
      { heading: "create", value: (result) => result.create },
      { heading: "columns", value: ({ columns }) => columns.map((one) => `${one.name} ${one.type}`.trim()).join(", ") },
      { heading: "rows", value: (result) => result.rows },
      { heading: "bad", value: (result) => result.bad },
    ]);
    checked.refuse();
    return;
  }
  if (create !== null && !options.create) throw notFound(table.name, branch.name, create);
  const state = stateFor(branch, file, table.name, options);
  if (create !== null) {
    if (state.isResumed) throw gone(table.name);
    await client.sql.execute(create, { branch: branch.id, idempotencyKey: `import-${state.id}-create` });
    note(create);
  }
  if (state.isResumed) {
    await catchUp(client, branch.id, state, { leavesTrace: options.onConflict === "error" });
    noteResumed(name, state);
  }
  const sink = rowSink(client, { branch: branch.id, table, columns, onConflict: options.onConflict });
  const done = await runImport({ source: opened.source, name, encoder, sink, limits: ROWS, state }, options);
  writer.one({ table: table.name, branch: branch.name, created: create !== null, ...done }, [
    { heading: "table", value: (result) => result.table },
    { heading: "branch", value: (result) => result.branch },
    { heading: "rows", value: (result) => result.rows },
    { heading: "skipped", value: (result) => result.skipped },
    { heading: "bad", value: (result) => result.bad },
    { heading: "scn", value: (result) => result.scn },
  ]);
}

type Opened = Sampled & { readonly key?: readonly string[] };

async function open(file: string, { format, csv, table }: RowsOptions): Promise<Opened> {
  switch (format) {
    case "csv":
    case "tsv":
      return openCsv(openBytes(file), csv);
    case "json":
    case "ndjson":
      return openJson(openBytes(file), format);
    case "sqlite":
      if (file === "-") throw new UsageError("A SQLite file can't be read from stdin. Give its path.");
      return openSqlite(file, table);
  }
}

function newTable({ source, sample, key }: Opened, { table, types, primaryKey }: RowsOptions): Table {
  const unknown = [...types.keys()].find((name) => !source.columns.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `Invalid --type: there is no column "${unknown}". Expected one of ${source.columns.join(", ")}.`,
    );
  }
  const guessed = guessTable(table, source.columns, sample, new Map([...source.types, ...types]));
  return withKey(guessed, primaryKey ?? key ?? []);
}

function notFound(table: string, branch: string, create: string): NotFoundError {
  const message = `Branch "${branch}" has no table "${table}". With --create it is created like this, from the types of the first rows:\n${create}\n`;
  return new NotFoundError(message, { code: "TABLE_NOT_FOUND", status: 404, details: { table } });
}

function gone(table: string): UsageError {
  return new UsageError(`Table "${table}" is gone, so the import can't be continued. Begin again with --restart.`);
}
