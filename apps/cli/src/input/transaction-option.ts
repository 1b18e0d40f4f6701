import { type FieldOption, fieldOption } from "./field-option.js";

export interface TransactionOptions {
  readonly transaction?: string;
}

/** The transaction in which a statement is to run. */
export function transactionOption(): FieldOption {
  return fieldOption("query.transaction_id", "--transaction <id>", {
    help: "run it in this transaction (see helios transactions)",
  });
}
