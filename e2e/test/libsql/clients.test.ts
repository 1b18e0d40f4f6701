import { type Client, createClient, LibsqlError } from "@libsql/client";
import { LibsqlDialect } from "@libsql/kysely-libsql";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import { createClient as createServerless } from "@tursodatabase/serverless/compat";
import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/libsql";
import { blob, integer, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { Kysely } from "kysely";
import RustDatabase from "libsql";
import { createClient as createOldest } from "libsql-client-oldest";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_KEY, ServerProcess } from "../../support/server.js";

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start();
});
afterAll(() => server?.remove());

const addressOf = (place: string) => `${server.url}/hrana/${place}/`;
const NEWEST = {
  name: "@libsql/client",
  create: (place: string) => createClient({ url: addressOf(place), authToken: API_KEY }),
};
const OLDEST = {
  name: "@libsql/client 0.5.6",
  create: (place: string) => createOldest({ url: addressOf(place), authToken: API_KEY }) as unknown as Client,
};

describe.each([NEWEST, OLDEST])("$name", ({ create }) => {
  let client: Client;
  beforeAll(() => {
    client = create("main");
  });
  afterAll(() => client.close());
  beforeEach(async () => {
    await client.executeMultiple(`
      DROP TABLE IF EXISTS t; CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT UNIQUE, i INTEGER, r REAL, b BLOB);
      INSERT INTO t (n) VALUES ('a');
    `);
  });
  const names = async () => (await client.execute("SELECT n FROM t ORDER BY id")).rows.map(({ n }) => n);

  it("gets and sends each kind of value", async () => {
    const big = 9007199254740993n;
    const args = { name: "v", i: big, r: 1.5, b: new Uint8Array([0, 127, 64]) };
    const done = await client.execute({ sql: "INSERT INTO t (n, i, r, b) VALUES (:name, @i, $r, :b)", args });
    expect([done.rowsAffected, done.lastInsertRowid]).toEqual([1, 2n]);
    const { rows, columns, columnTypes } = await client.execute({
      sql: "SELECT n, CAST(i AS TEXT) AS i, r, b, NULL AS z, typeof(?) AS t FROM t WHERE id = 2",
      args: [5],
    });
    expect(columns).toEqual(["n", "i", "r", "b", "z", "t"]);
    const [row] = rows;
    expect([row!.n, row!.i, row!.r, row!.z, row!.t]).toEqual(["v", String(big), 1.5, null, "real"]);
    expect([...new Uint8Array(row!.b as ArrayBuffer)]).toEqual([0, 127, 64]);
    if (columnTypes) expect(columnTypes.slice(2, 4)).toEqual(["REAL", "BLOB"]);
    const ends = await client.execute("SELECT 9e999 AS a, -9e999 AS b, 3.0 AS c, 'ü' AS d");
    expect({ ...ends.rows[0] }).toMatchObject({
      a: Number.POSITIVE_INFINITY,
      b: Number.NEGATIVE_INFINITY,
      c: 3,
      d: "ü",
    });
  });

  it("runs a batch as one transaction, or nothing of it", async () => {
    const results = await client.batch(
      [
        "INSERT INTO t (n) VALUES ('b')",
        { sql: "UPDATE t SET i = ? WHERE n = ?", args: [7, "b"] },
        "SELECT i FROM t WHERE n = 'b'",
      ],
      "write",
    );
    expect(results.map(({ rowsAffected }) => rowsAffected)).toEqual([1, 1, 0]);
    expect(results[2]!.rows[0]!.i).toBe(7);
    const failed = client.batch(["INSERT INTO t (n) VALUES ('c')", "INSERT INTO t (n) VALUES ('a')"], "deferred");
    await expect(failed).rejects.toMatchObject({ code: "SQLITE_CONSTRAINT" });
    expect(await names()).toEqual(["a", "b"]);
    expect((await client.batch(["SELECT 1 AS one", "SELECT 2 AS two"], "read"))[1]!.rows[0]!.two).toBe(2);
  });

  it("has interactive transactions, with savepoints, which see their own writes", async () => {
    const transaction = await client.transaction("write");
    await transaction.execute("INSERT INTO t (n) VALUES ('b')");
    await transaction.execute("SAVEPOINT sp0");
    await transaction.execute("DELETE FROM t");
    await transaction.execute("rollback to savepoint sp0");
    await transaction.execute("release savepoint sp0");
    expect((await transaction.execute("SELECT count(*) AS n FROM t")).rows[0]!.n).toBe(2);
    expect(await names()).toEqual(["a"]);
    await expect(transaction.execute("INSERT INTO t (n) VALUES ('a')")).rejects.toThrow(/UNIQUE constraint failed/);
    await transaction.batch(["INSERT INTO t (n) VALUES ('c')"]);
    await transaction.commit();
    expect(await names()).toEqual(["a", "b", "c"]);
    const dropped = await client.transaction("write");
    await dropped.execute("DELETE FROM t");
    await dropped.rollback();
    const left = await client.transaction("deferred");
    await left.execute("DELETE FROM t");
    left.close();
    await expect.poll(names).toEqual(["a", "b", "c"]);
    const read = await client.transaction("read");
    expect((await read.execute("SELECT count(*) AS n FROM t")).rows[0]!.n).toBe(3);
    await expect(read.execute("DELETE FROM t")).rejects.toThrow();
    read.close();
  });

  it("lets writers follow each other", async () => {
    const add = async () => {
      const transaction = await client.transaction("write");
      const { rows } = await transaction.execute("SELECT coalesce(max(i), 0) AS most FROM t");
      await transaction.execute({ sql: "UPDATE t SET i = ?", args: [Number(rows[0]!.most) + 1] });
      await transaction.commit();
    };
    await Promise.all([add(), add(), add(), add()]);
    expect((await client.execute("SELECT i FROM t")).rows[0]!.i).toBe(4);
  });

  it("says what is wrong, in the words that it knows", async () => {
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => "none",
        (error: LibsqlError) => error.code,
      );
    expect(await codeOf(client.execute("SELEC 1"))).toBe("SQL_PARSE_ERROR");
    expect(await codeOf(client.execute("SELECT * FROM nope"))).toBe("SQLITE_UNKNOWN");
    expect(await codeOf(client.execute({ sql: "SELECT ?, ?", args: [1] }))).toBe("ARGS_INVALID");
    expect(await codeOf(client.execute("SELECT 1; SELECT 2"))).toBe("SQL_MANY_STATEMENTS");
    expect(await codeOf(client.execute("ATTACH 'x' AS y"))).toBe("BLOCKED");
    const stranger = createClient({ url: addressOf("main"), authToken: "nonsense" });
    await expect(stranger.execute("SELECT 1")).rejects.toThrow(/authentication/i);
  });

  it("reads a branch, and the past of one, by its address", async () => {
    const { scn } = (await (
      await fetch(`${server.url}/v1/branches/main`, { headers: { "x-api-key": API_KEY } })
    ).json()) as {
      scn: number;
    };
    await client.execute("INSERT INTO t (n) VALUES ('later')");
    const past = create(`main@scn:${scn}`);
    expect((await past.execute("SELECT n FROM t")).rows.map(({ n }) => n)).toEqual(["a"]);
    const transaction = await past.transaction("write");
    expect((await transaction.execute("SELECT count(*) AS n FROM t")).rows[0]!.n).toBe(1);
    await expect(transaction.execute("DELETE FROM t")).rejects.toMatchObject({ code: "SQLITE_READONLY" });
    transaction.close();
    await expect(past.execute("DELETE FROM t")).rejects.toMatchObject({ code: "SQLITE_READONLY" });
    past.close();
  });

  it("rebuilds a table as migrations do, and keeps the rows that refer to it", async () => {
    await client.executeMultiple(
      "DROP TABLE IF EXISTS c; CREATE TABLE c (t REFERENCES t ON DELETE CASCADE); INSERT INTO c VALUES (1);",
    );
    const canMigrate = "migrate" in client;
    if (canMigrate)
      await client.migrate([
        "CREATE TABLE __new_t (id INTEGER PRIMARY KEY, n TEXT UNIQUE, i INTEGER NOT NULL DEFAULT 9)",
        "INSERT INTO __new_t (id, n) SELECT id, n FROM t",
        "DROP TABLE t",
        "ALTER TABLE __new_t RENAME TO t",
      ]);
    if (canMigrate) expect((await client.execute("SELECT i FROM t JOIN c ON c.t = t.id")).rows[0]!.i).toBe(9);
    await client.execute("DROP TABLE c");
  });
});

describe("the serverless driver", () => {
  it("prepares, runs, streams and commits", async () => {
    const client = createServerless({ url: addressOf("main").replace(/\/$/, ""), authToken: API_KEY });
    await client.execute("DROP TABLE IF EXISTS s");
    await client.execute("CREATE TABLE s (id INTEGER PRIMARY KEY, v TEXT)");
    await client.execute({ sql: "INSERT INTO s (v) VALUES (?), (?)", args: ["x", "y"] });
    const { rows } = await client.execute("SELECT * FROM s ORDER BY id");
    expect(rows.map((row) => row.v)).toEqual(["x", "y"]);
    await client.batch(["INSERT INTO s (v) VALUES ('z')", "UPDATE s SET v = v || '!'"], "write");
    expect((await client.execute("SELECT group_concat(v, '') AS all_of FROM s")).rows[0]!.all_of).toBe("x!y!z!");
    client.close();
  });
});

describe("drizzle", () => {
  const users = sqliteTable("users", {
    id: integer("id").primaryKey({ autoIncrement: true }),
    name: text("name").notNull().unique(),
    score: real("score"),
    at: integer("at", { mode: "timestamp" }),
    raw: blob("raw", { mode: "buffer" }),
  });

  it("writes, reads, and nests transactions", async () => {
    const client = createClient({ url: addressOf("main"), authToken: API_KEY });
    const db = drizzle({ client, schema: { users } });
    await db.run(
      sql`CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, score REAL, at INTEGER, raw BLOB)`,
    );
    const at = new Date(1_700_000_000_000);
    const made = await db
      .insert(users)
      .values({ name: "Ann", score: 1.5, at, raw: Buffer.from("raw") })
      .returning();
    expect(made).toEqual([{ id: 1, name: "Ann", score: 1.5, at, raw: Buffer.from("raw") }]);
    await db.transaction(async (outer) => {
      await outer.insert(users).values({ name: "Bob" });
      await outer
        .transaction(async (inner) => {
          await inner.delete(users);
          throw new Error("not that");
        })
        .catch(() => {});
      await outer.update(users).set({ score: 3 }).where(eq(users.name, "Bob"));
    });
    const failed = db.transaction(async (outer) => {
      await outer.delete(users);
      outer.rollback();
    });
    await expect(failed).rejects.toThrow();
    expect(await db.query.users.findMany({ columns: { name: true, score: true } })).toEqual([
      { name: "Ann", score: 1.5 },
      { name: "Bob", score: 3 },
    ]);
    await db.batch([db.insert(users).values({ name: "Cid" }), db.delete(users).where(eq(users.name, "Ann"))]);
    expect(await db.$count(users)).toBe(2);
    client.close();
  });
});

describe("kysely", () => {
  it("writes, reads, migrates and has transactions", async () => {
    interface Schema {
      items: { id: number | undefined; name: string };
    }
    const db = new Kysely<Schema>({ dialect: new LibsqlDialect({ url: addressOf("main"), authToken: API_KEY }) });
    await db.schema
      .createTable("items")
      .addColumn("id", "integer", (column) => column.primaryKey())
      .addColumn("name", "text")
      .execute();
    await db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto("items")
        .values([{ id: 1, name: "one" }])
        .execute();
      await transaction
        .insertInto("items")
        .values([{ id: 2, name: "two" }])
        .execute();
    });
    const failed = db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom("items").execute();
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await db.selectFrom("items").select("name").orderBy("id").execute()).toEqual([
      { name: "one" },
      { name: "two" },
    ]);
    const tables = await db.introspection.getTables();
    expect(tables.map(({ name }) => name)).toContain("items");
    expect(tables.some(({ name }) => name.startsWith("_helios"))).toBe(false);
    await db.destroy();
  });
});

describe("the client in Rust, by its package for Node", () => {
  it("prepares, runs, and has transactions", () => {
    const db = new RustDatabase(addressOf("main").replace(/\/$/, ""), { authToken: API_KEY } as never);
    db.exec("CREATE TABLE rr (id INTEGER PRIMARY KEY, n TEXT)");
    const insert = db.prepare("INSERT INTO rr (n) VALUES (?)");
    expect(insert.run("x")).toMatchObject({ changes: 1, lastInsertRowid: 1 });
    expect(db.prepare("SELECT * FROM rr WHERE id > ?").all(0)).toEqual([{ id: 1, n: "x" }]);
    const count = () => (db.prepare("SELECT count(*) AS n FROM rr").get() as { n: number }).n;
    db.transaction(() => {
      db.exec("INSERT INTO rr (n) VALUES ('y')");
      db.exec("INSERT INTO rr (n) VALUES ('z')");
    })();
    expect(count()).toBe(3);
    const failed = db.transaction(() => {
      db.exec("DELETE FROM rr");
      throw new Error("not that");
    });
    expect(failed).toThrow("not that");
    expect(count()).toBe(3);
    expect(() => db.prepare("SELECT * FROM nope").all()).toThrow("no such table: nope");
    db.close();
  });
});

describe("Prisma's adapter", () => {
  const plain = (sql: string, args: unknown[] = []) => ({ sql, args, argTypes: args.map(() => TEXT) });
  const TEXT = { scalarType: "string", arity: "scalar" } as const;

  it("writes, reads, and has transactions", async () => {
    const adapter = await new PrismaLibSql({ url: addressOf("main"), authToken: API_KEY }).connect();
    await adapter.executeScript(
      "CREATE TABLE `pp` (`id` INTEGER PRIMARY KEY, `n` TEXT); INSERT INTO pp (n) VALUES ('a');",
    );
    expect(await adapter.executeRaw(plain("INSERT INTO `main`.`pp` (`n`) VALUES (?)", ["b"]))).toBe(1);
    const found = await adapter.queryRaw(plain("SELECT `main`.`pp`.`n` FROM `main`.`pp` WHERE n = ?", ["b"]));
    expect([found.columnNames, found.rows]).toEqual([["n"], [["b"]]]);
    for (const end of ["rollback", "commit"] as const) {
      const transaction = await adapter.startTransaction();
      await transaction.executeRaw(plain("DELETE FROM pp WHERE n = 'a'"));
      expect((await transaction.queryRaw(plain("SELECT n FROM pp"))).rows).toEqual([["b"]]);
      await transaction[end]();
      const left = end === "commit" ? [["b"]] : [["a"], ["b"]];
      expect((await adapter.queryRaw(plain("SELECT n FROM pp ORDER BY n"))).rows).toEqual(left);
    }
    await adapter.dispose();
  });
});

describe("a transaction that the server ended", () => {
  it("is told of, and nothing runs outside that was meant to be inside", async () => {
    const client = createClient({ url: addressOf("main"), authToken: API_KEY });
    await client.execute("CREATE TABLE ended (n)");
    const transaction = await client.transaction("write");
    await transaction.execute("INSERT INTO ended VALUES (1)");
    const headers = { "x-api-key": API_KEY };
    const list = await fetch(`${server.url}/v1/branches/main/transactions`, { headers });
    const { transactions } = (await list.json()) as { transactions: { transaction_id: string }[] };
    const ended = `${server.url}/v1/branches/main/transactions/${transactions[0]!.transaction_id}`;
    expect((await fetch(ended, { method: "DELETE", headers })).status).toBe(200);
    await expect(transaction.execute("INSERT INTO ended VALUES (2)")).rejects.toMatchObject({ code: "STREAM_EXPIRED" });
    await expect(transaction.commit()).rejects.toThrow();
    expect((await client.execute("SELECT count(*) AS n FROM ended")).rows[0]!.n).toBe(0);
    client.close();
  });
});
