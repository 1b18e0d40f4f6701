import { HeliosDBError } from "@heliosdb/client";
import { Command } from "commander";
import { UsageError } from "../errors/exit-codes.js";
import { type BranchOptions, branchOption, branchToWrite } from "../input/branch-option.js";
import { fieldOption } from "../input/field-option.js";
import { idempotencyOption, type RepeatableCommand } from "../input/idempotency-option.js";
import { statementsOf } from "../input/statements.js";
import { textFrom } from "../input/text.js";
import { type TransactionOptions, transactionOption } from "../input/transaction-option.js";
import { note } from "../output/writer.js";
import { annotate } from "../session/report.js";
import { withSession } from "../session/session.js";

interface BatchOptions extends BranchOptions {
  readonly file?: string;
  readonly message?: string;
  readonly timeout?: number;
}

export function batchCommand(): Command {
  return new Command("batch")
    .description("Run several statements that write, separated by semicolons, as one commit: all or none.")
    .argument("[sql]", 'the statements; "-" reads stdin')
    .option("-f, --file <path>", 'read the statements from a file ("-" is stdin)')
    .addOption(branchOption("branch to write to"))
    .addOption(fieldOption("executeBatch.message", "--message <text>"))
    .addOption(fieldOption("executeBatch.timeout_ms", "--timeout <ms>"))
    .addOption(idempotencyOption())
    .addOption(transactionOption().conflicts(["idempotencyKey", "message"]))
    .action(
      (sql: string | undefined, options: BatchOptions & RepeatableCommand & TransactionOptions, command: Command) => {
        const branch = branchToWrite(options);
        const statements = statementsOf(textFrom("the SQL", sql, options.file));
        if (statements.length === 0) throw new UsageError("The SQL contains no statement. Send at least one.");
        return withSession(command, branch, async ({ client, writer }) => {
          const { message, timeout: timeoutMs, idempotencyKey, transaction: transactionId } = options;
          try {
            const done = await client.sql.batch(statements, {
              branch,
              message,
              timeoutMs,
              idempotencyKey,
              transactionId,
            });
            writer.lists(done, done.results, [
              { heading: "statement", value: (result) => result.statementType },
              { heading: "rows", value: (result) => result.affectedRows },
            ]);
            note(`${done.results.length} statements, scn ${done.scn}`);
          } catch (error) {
            nameStatement(error, statements);
            throw error;
          }
        });
      },
    );
}

function nameStatement(error: unknown, statements: readonly string[]): void {
  if (!(error instanceof HeliosDBError) || typeof error.details.statement_index !== "number") return;
  const index = error.details.statement_index;
  annotate(error, `Statement ${index + 1} of ${statements.length}: ${statements[index]}`);
}
