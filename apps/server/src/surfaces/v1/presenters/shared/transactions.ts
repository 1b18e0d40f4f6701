import { type EndedTransaction, TRANSACTION_MODES, type TransactionInfo } from "@heliosdb/port";
import {
  boolean,
  described,
  integer,
  listOf,
  named,
  nullable,
  objectOf,
  text,
  word,
} from "../../../../schema/index.js";
import { scn } from "../../schemas/values.js";
import type { TimeWriter } from "../view/times.js";
import { type Views, view } from "../view/view.js";

/** Transactions; the dialects differ only in times. */
export function transactionViews<T>(
  prefix: string,
  time: TimeWriter<T>,
): Pick<Views, "transaction" | "transactionList" | "endedTransaction"> {
  const id = text({ example: "txn_5f1c0a8e9d3b47c2a6e1f0b9d8c7a654" });
  const schema = named(
    `${prefix}Transaction`,
    objectOf({
      transaction_id: id,
      branch: text({ description: "Name of the branch.", example: "main" }),
      mode: word([...TRANSACTION_MODES]),
      state: word(["reading", "writing"], { description: "`writing`: it has its branch to itself." }),
      scn: described("The state that it began with.", scn),
      began_at: time.schema,
      expires_at: described("It is rolled back at this time, unless a request comes before.", time.schema),
      ends_at: described("It is rolled back at this time in any case.", time.schema),
    }),
  );
  const present = (info: TransactionInfo) => ({
    transaction_id: info.id,
    branch: info.branch.name,
    mode: info.mode,
    state: info.state,
    scn: info.scn,
    began_at: time.write(info.beganAt),
    expires_at: time.write(info.expiresAt),
    ends_at: time.write(info.endsAt),
  });
  return {
    transaction: view(schema, present),
    transactionList: view(
      named(`${prefix}TransactionList`, objectOf({ total: integer(), transactions: listOf(schema) })),
      (all: readonly TransactionInfo[]) => ({ total: all.length, transactions: all.map(present) }),
    ),
    endedTransaction: view(
      named(
        `${prefix}EndedTransaction`,
        objectOf({
          transaction_id: id,
          committed: boolean({ description: "False if it was rolled back." }),
          changed: boolean({ description: "Whether there is a new commit." }),
          scn: nullable(described("Its commit, or, if it changed nothing, the state that it began with.", scn)),
          timestamp: nullable(time.schema),
        }),
      ),
      ({ id: transaction, commit }: EndedTransaction) => ({
        transaction_id: transaction,
        committed: commit !== null,
        changed: commit?.changed ?? false,
        scn: commit?.scn ?? null,
        timestamp: commit && time.write(commit.timestamp),
      }),
    ),
  };
}
