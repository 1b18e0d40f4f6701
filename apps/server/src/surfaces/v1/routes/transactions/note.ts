import type { RequestContext } from "../../../../http/context/request-context.js";
import type { NoteTransaction } from "../../../../transactions/transactions.service.js";

/** Lets the response say when the transaction expires in which its request ran. */
export function noteIn(context: RequestContext): NoteTransaction {
  return ({ expiresAt }) => {
    context.transactionExpiresAt = expiresAt;
  };
}
