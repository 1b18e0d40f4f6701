import { HeliosDBClient, isHeliosDBError } from "@heliosdb/client";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { API_KEY, ServerProcess } from "../../support/server.js";

interface Account {
  readonly id: number;
  readonly balance: number;
}

let server: ServerProcess;
let client: HeliosDBClient;
beforeAll(async () => {
  server = await ServerProcess.start();
  client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
  await client.sql.execute("CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER CHECK (balance >= 0))");
});
afterAll(async () => {
  await client?.close();
  await server?.remove();
});
beforeEach(async () => {
  await client.sql.batch(["DELETE FROM accounts", "INSERT INTO accounts VALUES (1, 100), (2, 0)"]);
});

const balances = async () => {
  const { rows } = await client.sql.query<Account>("SELECT * FROM accounts ORDER BY id");
  return rows.map(({ balance }) => balance);
};

it("commits what a function wrote, and resolves to its result", async () => {
  const left = await client.transaction(
    async (transaction) => {
      const [from] = (await transaction.query<Account>("SELECT * FROM accounts WHERE id = 1")).rows;
      await transaction.execute("UPDATE accounts SET balance = balance - 30 WHERE id = 1");
      await transaction.batch(["UPDATE accounts SET balance = balance + 30 WHERE id = 2"]);
      const accounts = transaction.table<Account>("accounts");
      await accounts.insert([{ id: 3, balance: 1 }]);
      await accounts.update({ values: { balance: 2 }, filter: "id = 3" });
      await accounts.insert([{ id: 4, balance: 1 }]);
      await accounts.delete({ filter: "id = 4" });
      const seen: Account[] = [];
      for await (const row of accounts.rows({ orderBy: "id" })) seen.push(row);
      expect(seen.map(({ balance }) => balance)).toEqual([70, 30, 2]);
      expect((await accounts.page({ filter: "id = 3" })).rows).toEqual([{ id: 3, balance: 2 }]);
      expect((await transaction.renew()).id).toBe(transaction.info.id);
      expect(await balances()).toEqual([100, 0]);
      return from!.balance - 30;
    },
    { message: "rent" },
  );
  expect(left).toBe(70);
  expect(await balances()).toEqual([70, 30, 2]);
  expect((await client.branch("main").commits({ limit: 1 }).next()).value).toMatchObject({ message: "rent" });
});

it("leaves nothing open where it is aborted, before its commit or in the middle of it", async () => {
  for (const when of ["before", "during"]) {
    const abort = new AbortController();
    const aborted = client.transaction(
      async (transaction) => {
        await transaction.execute("INSERT INTO accounts VALUES (9, 9)");
        if (when === "before") abort.abort();
        else setTimeout(() => abort.abort(), 0);
      },
      { signal: abort.signal },
    );
    await aborted.catch(() => {});
    expect(await client.transactions.list("main")).toEqual([]);
  }
});

it("rolls back if the function fails, with its error", async () => {
  const failed = client.branch("main").transaction(async (transaction) => {
    await transaction.execute("DELETE FROM accounts");
    throw new RangeError("no");
  });
  await expect(failed).rejects.toThrow(RangeError);
  expect(await client.transactions.list("main")).toEqual([]);
  expect(await balances()).toEqual([100, 0]);
});

it("lets transactions of one branch follow each other, so that none is lost", async () => {
  const add = () =>
    client.transaction(
      async (transaction) => {
        const { rows } = await transaction.query<Account>("SELECT * FROM accounts WHERE id = 2");
        await transaction.execute(`UPDATE accounts SET balance = ${rows[0]!.balance + 1} WHERE id = 2`);
      },
      { waitMs: 60_000 },
    );
  await Promise.all(Array.from({ length: 12 }, add));
  expect(await balances()).toEqual([100, 12]);
});

it("does every step by itself, too, and never sends a write of a transaction twice", async () => {
  const { id } = await client.transactions.begin("main", { mode: "deferred" });
  await client.sql.execute("UPDATE accounts SET balance = 5 WHERE id = 2", { transactionId: id });
  expect((await client.transactions.get("main", id)).state).toBe("writing");
  const done = await client.transactions.commit("main", id, { message: "by hand" });
  expect(done).toMatchObject({ committed: true, changed: true });
  expect(await client.transactions.commit("main", id)).toEqual(done);
  const again = client.sql.execute("DELETE FROM accounts", { transactionId: id });
  expect(isHeliosDBError(await again.catch((error) => error), "TRANSACTION_NOT_FOUND")).toBe(true);
  const other = await client.transactions.begin("main");
  expect((await client.transactions.end("main", other.id)).committed).toBe(false);
  expect((await client.transactions.rollBack("main", other.id)).committed).toBe(false);
  expect(await balances()).toEqual([100, 5]);
});
