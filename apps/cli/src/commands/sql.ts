import type { ParameterValues } from "@heliosdb/client";
import { Command } from "commander";
import { UsageError } from "../errors/exit-codes.js";
import {
  asOfOption,
  type BranchOptions,
  branchOption,
  branchToWrite,
  placeOf,
  type ReadOptions,
} from "../input/branch-option.js";
import { fieldOption } from "../input/field-option.js";
import { idempotencyOption, type RepeatableCommand } from "../input/idempotency-option.js";
import { textFrom } from "../input/text.js";
import { type TransactionOptions, transactionOption } from "../input/transaction-option.js";
import { paramOption } from "../input/values.js";
import { type StreamFormat, writeRows } from "../output/row-writer.js";
import { note } from "../output/writer.js";
import { type GlobalOptions, withSession } from "../session/session.js";
import { watched, watchOption } from "../session/watch.js";

interface StatementOptions {
  readonly file?: string;
  readonly param: ParameterValues;
  readonly timeout?: number;
  readonly maxRows?: number;
}

type QueryCommand = StatementOptions & ReadOptions & QueryOnlyOptions & TransactionOptions;
type ExecuteCommand = StatementOptions & BranchOptions & RepeatableCommand & TransactionOptions;

interface QueryOnlyOptions {
  readonly explain?: boolean;
  readonly stream?: boolean;
}

export function queryCommand(): Command {
  return statementCommand("query")
    .description("Run a statement that only reads, and write its rows.")
    .addOption(branchOption())
    .addOption(asOfOption())
    .addOption(fieldOption("query.explain", "--explain", { help: "write the execution plan to stderr" }))
    .option("--stream", "stream the rows as JSON lines, or as CSV with --output csv")
    .addOption(transactionOption().conflicts(["stream", "asOf"]))
    .addOption(watchOption().conflicts("stream"))
    .action((sql: string | undefined, options: QueryCommand, command: Command) => {
      const { branch, asOf } = placeOf(options);
      const text = textFrom("the SQL", sql, options.file);
      const format = options.stream ? streamFormat(command) : null;
      return withSession(command, branch, async ({ client, writer }) => {
        const { param: params, timeout: timeoutMs, maxRows, explain, transaction: transactionId } = options;
        const request = { branch, asOf, params, timeoutMs, maxRows, explain };
        if (format !== null) {
          const stream = await client.sql.stream(text, request);
          if (stream.executionPlan !== undefined) note(stream.executionPlan);
          await writeRows(format, stream);
          if (stream.end?.truncated) note(`Showing the first ${stream.end.rowCount} rows (see --max-rows)`);
          return;
        }
        await watched(command, async () => {
          const result = await client.sql.query(text, { ...request, transactionId });
          writer.rows(result.columns, result.rows);
          if (result.executionPlan !== undefined) note(result.executionPlan);
          if (result.truncated) note(`Showing the first ${result.rowCount} rows (see --max-rows)`);
        });
      });
    });
}

export function executeCommand(): Command {
  return statementCommand("execute")
    .description("Run a statement that writes rows or changes the schema, as one commit.")
    .addOption(branchOption("branch to write to"))
    .addOption(idempotencyOption())
    .addOption(transactionOption().conflicts("idempotencyKey"))
    .action((sql: string | undefined, options: ExecuteCommand, command: Command) => {
      const branch = branchToWrite(options);
      const text = textFrom("the SQL", sql, options.file);
      return withSession(command, branch, async ({ client, writer }) => {
        const { param: params, timeout: timeoutMs, maxRows, idempotencyKey, transaction: transactionId } = options;
        const request = { branch, params, timeoutMs, maxRows, idempotencyKey, transactionId };
        const result = await client.sql.execute(text, request);
        if (result.returning) {
          writer.rows(result.returning.columns, result.returning.rows);
          note(`${result.statementType}: ${result.affectedRows} rows, scn ${result.scn}`);
        } else {
          const { statementType, affectedRows, scn } = result;
          writer.one({ statementType, affectedRows, scn }, [
            { heading: "statement", value: (done) => done.statementType },
            { heading: "rows", value: (done) => done.affectedRows },
            { heading: "scn", value: (done) => done.scn },
          ]);
        }
      });
    });
}

/** A table can't be started before its widest value is known. */
function streamFormat(command: Command): StreamFormat {
  const { output } = command.optsWithGlobals<GlobalOptions>();
  if (output === "table")
    throw new UsageError("--stream can't write a table. Leave out --output for JSON lines, or use --output csv.");
  return output === "csv" ? "csv" : "lines";
}

/** Options of both commands. */
function statementCommand(name: string): Command {
  return new Command(name)
    .argument("[sql]", 'the statement; "-" reads stdin')
    .option("-f, --file <path>", 'read the statement from a file ("-" is stdin)')
    .addOption(paramOption())
    .addOption(fieldOption("query.timeout_ms", "--timeout <ms>"))
    .addOption(fieldOption("query.max_rows", "--max-rows <count>"));
}
