import { text } from "../../../schema/index.js";

/** The field of a request that runs in a transaction. */
export const transactionId = text({
  maxLength: 64,
  description: "Runs the request in this transaction, which must be on the same branch.",
  example: "txn_5f1c0a8e9d3b47c2a6e1f0b9d8c7a654",
});
