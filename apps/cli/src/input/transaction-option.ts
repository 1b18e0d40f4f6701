import { Option } from "commander";

export interface TransactionOptions {
  readonly transaction?: string;
}

/** The transaction in which a statement is to run. */
export function transactionOption(): Option {
  return new Option("--transaction <id>", "run it in this transaction (see helios transactions)");
}
