/**
 * What the compiler must take and refuse of the built library, as its users see it. Nothing here runs: the check of the
 * tests' types compiles it, and fails if an expected error doesn't come.
 */
import {
  type BaseClient,
  type BranchHandle,
  type BranchReader,
  type Cell,
  ConnectionError,
  type ErrorCode,
  generateTypes,
  HeliosDBClient,
  type HeliosDBClientOptions,
  HeliosDBError,
  type HookCall,
  isHeliosDBError,
  NotFoundError,
  type QueryResult,
  type RowDifference,
  type SqlText,
  sql,
  type Table,
  type TableHandle,
  type TracingTracer,
  tracingHooks,
  UnexpectedResponseError,
  verifyWebhook,
  type WebhookEvent,
} from "@heliosdb/client";
import type { Tracer } from "@opentelemetry/api";
import { expectTypeOf } from "vitest";

interface User {
  id: bigint;
  name: string;
  photo: Uint8Array | null;
}

export async function results(client: HeliosDBClient, main: BranchHandle): Promise<void> {
  expectTypeOf((await client.sql.query("SELECT 1")).rows).toEqualTypeOf<readonly Readonly<Record<string, Cell>>[]>();
  expectTypeOf(await client.sql.query<User>("SELECT 1")).toEqualTypeOf<QueryResult<User>>();
  expectTypeOf(await client.branches.query<User>("main", { sql: "SELECT 1" })).toEqualTypeOf<QueryResult<User>>();
  expectTypeOf((await main.execute<User>("INSERT")).returning?.rows).toEqualTypeOf<readonly User[] | undefined>();
  expectTypeOf((await main.batch<User>(["INSERT"])).results[0]?.returning?.rows).toEqualTypeOf<
    readonly User[] | undefined
  >();
  for await (const row of await main.stream<User>("SELECT 1")) expectTypeOf(row).toEqualTypeOf<User>();
  for await (const row of client.data.rows<User>("main", "users")) expectTypeOf(row).toEqualTypeOf<User>();
  for await (const one of main.diffRows<User>()) expectTypeOf(one).toEqualTypeOf<RowDifference<User>>();
  expectTypeOf(await client.withBranch({}, async ({ branch }) => branch)).toEqualTypeOf<string>();
  expectTypeOf((await client.branches.get("main")).createdAt).toEqualTypeOf<Date>();
  expectTypeOf((await client.branches.graph()).branches[0]?.groups[0]?.first.timestamp).toEqualTypeOf<
    Date | undefined
  >();
  expectTypeOf((await main.density()).buckets[0]?.commits).toEqualTypeOf<number | undefined>();
  for await (const { cursor } of client.events.follow()) expectTypeOf(cursor).toEqualTypeOf<string>();
  expectTypeOf((await client.queries.list())[0]?.sql).toEqualTypeOf<string | null | undefined>();
  expectTypeOf((await client.queries.cancel("q", { queryId: "own" })).outcome).toEqualTypeOf<
    "cancelled" | "finished" | "stopping"
  >();
  const { data } = await client.raw("spec").GET("/v1/branches");
  expectTypeOf(data?.data.branches[0]?.name).toEqualTypeOf<string | undefined>();
  // @ts-expect-error: results can't be changed
  (await main.query<User>("SELECT 1")).rows.push({ id: 1n, name: "a", photo: null });
  // @ts-expect-error: lite has no envelope
  (await client.raw("lite").GET("/v1/branches")).data?.data;
}

export function handles(main: BranchHandle): void {
  const users = main.table<User>("users");
  expectTypeOf(users).toEqualTypeOf<TableHandle<User>>();
  const user: Partial<User> = { name: "a" };
  void users.insert([user, { id: 1n, photo: new Uint8Array() }, { id: { type: "int8", value: "1" } }]);
  void users.update({ filter: "true", values: user });
  void main.table("users").insert([{ anything: 1n }]);
  // @ts-expect-error: no such column
  void users.insert([{ nme: "a" }]);
  // @ts-expect-error: an update needs a filter
  void users.update({ values: { name: "a" } });
  // @ts-expect-error: a row is no value
  void users.insert([{ name: ["a"] }]);
  const past = main.asOf(new Date());
  expectTypeOf(past).toEqualTypeOf<BranchReader>();
  // @ts-expect-error: the past can't be written
  void past.execute("DELETE FROM users");
  // @ts-expect-error: nor can its tables
  void past.table<User>("users").insert([user]);
  // @ts-expect-error: the branch of a handle is fixed
  void main.query("SELECT 1", { branch: "dev" });
}

export function statements(main: BranchHandle): void {
  expectTypeOf(sql`SELECT ${1n}, ${new Uint8Array()}, ${null}, ${sql.name("a")}`).toEqualTypeOf<SqlText>();
  void main.query(sql`SELECT ${new Date()}`);
  // @ts-expect-error: undefined is no value
  void sql`SELECT ${undefined}`;
  // @ts-expect-error: nor is an object without a type
  void main.query("SELECT $1", { params: [{ a: 1 }] });
  // @ts-expect-error: no such type
  void main.query("SELECT $1", { params: [{ type: "int2", value: 1 }] });
  // @ts-expect-error: a point in time has a type
  void main.asOf({ value: 1 });
}

export function errors(error: unknown): void {
  if (isHeliosDBError(error, "BRANCH_NOT_FOUND", "INVALID_ANSWER")) {
    expectTypeOf(error.code).toEqualTypeOf<"BRANCH_NOT_FOUND" | "INVALID_ANSWER">();
    expectTypeOf(error.retryAfter).toEqualTypeOf<number | undefined>();
  }
  if (isHeliosDBError(error)) expectTypeOf(error.code).toExtend<ErrorCode>();
  // @ts-expect-error: no such code
  isHeliosDBError(error, "BRANCH_NOT_THERE");
  expectTypeOf(NotFoundError).instance.toExtend<HeliosDBError>();
  expectTypeOf(UnexpectedResponseError).instance.toExtend<ConnectionError>();
  // @ts-expect-error: what has come is not changed
  if (error instanceof HeliosDBError) error.status = 1;
}

export function options(tracer: Tracer, tables: readonly Table[]): void {
  const base: HeliosDBClientOptions = { baseUrl: "http://localhost:8080" };
  expectTypeOf(new HeliosDBClient(base)).toExtend<BaseClient>();
  new HeliosDBClient({ ...base, integers: "bigint", blobs: "bytes", hooks: tracingHooks(tracer) });
  new HeliosDBClient({ ...base, hooks: { response: ({ call }) => expectTypeOf(call).toEqualTypeOf<HookCall>() } });
  new HeliosDBClient({ ...base, hooks: { request: ({ attempt }) => console.log(attempt) } });
  expectTypeOf<Tracer>().toExtend<TracingTracer>();
  expectTypeOf(generateTypes(tables, { integers: "string" })).toEqualTypeOf<string>();
  const received = { secret: "whsec_", headers: {}, body: "" };
  expectTypeOf(verifyWebhook(received)).toEqualTypeOf<WebhookEvent>();
  // @ts-expect-error: a client needs its server
  new HeliosDBClient({ apiKey: "key" });
  // @ts-expect-error: no such form
  new HeliosDBClient({ ...base, integers: "int" });
  // @ts-expect-error: hooks are functions
  new HeliosDBClient({ ...base, hooks: { response: true } });
}
