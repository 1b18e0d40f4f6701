import { HeliosError } from "@heliosdb/port";
import { expect, it } from "vitest";
import { Transaction, type TransactionTools } from "../dist/transactions/transaction.js";

it("a rollback that had to wait too long for its process is asked for again: it would keep the branch for good", async () => {
  let asked = 0;
  const writes = {
    dedicate: async () => {},
    submit: async () => ({ scn: 1 }),
    withdraw: () => false,
    transactionEnded: () => {},
    transaction: async () => {
      if (++asked < 3) throw new HeliosError("QUERY_TIMEOUT", "It was not started.");
    },
  };
  const figures = { waiting: 0 };
  const tools = { writes, figures, ended: () => {} } as unknown as TransactionTools;
  const begin = { branch: "main", mode: "write", owner: "k_1", author: "ann" } as const;
  const transaction = new Transaction("txn_1", { id: "br_1", name: "main" }, begin, 1, tools);
  await transaction.begin();
  expect(await transaction.rollBack()).toEqual({ kind: "rolled back" });
  expect(asked).toBe(3);
});
