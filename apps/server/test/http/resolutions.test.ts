import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, get, must, post, rows, SPEC } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT)");
  await execute(server, "CREATE TABLE pairs (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID");
  await execute(server, "INSERT INTO users VALUES (1, 'Alice', 'a@x'), (2, 'Bob', 'b@x')");
  await execute(server, "INSERT INTO pairs VALUES ('x', 1, 'base')");
});
afterAll(() => server?.remove());

/** Two branches that have each changed the name and the email of user 1, and the pair. */
async function conflicting(name: string): Promise<{ source: string; target: string }> {
  const sides = { source: `${name}-source`, target: `${name}-target` };
  for (const [side, on] of Object.entries(sides))
    await must(server, "POST", "/v1/branches", { name: on }).then(() => change(on, side));
  return sides;
}
async function change(on: string, side: string): Promise<void> {
  await execute(server, `UPDATE users SET name = '${side}', email = '${side}@x' WHERE id = 1`, on);
  await execute(server, `UPDATE pairs SET v = '${side}'`, on);
}
const merge = ({ source, target }: { source: string; target: string }, body: object, accept?: string) =>
  post(server, `/v1/branches/${source}/merge`, { target, ...body }, { accept });
const user = async (on: string) => (await rows(server, "SELECT name, email FROM users WHERE id = 1", on))[0];

describe("resolutions of single conflicts", () => {
  it("decide where the strategy would fail, each in its own way", async () => {
    const sides = await conflicting("by-hand");
    const resolutions = [
      { table: "users", row_id: "1", column: "name", use: "source" },
      { table: "users", key: 1, column: "email", use: "value", value: "both@x" },
      { table: "pairs", row_id: '["x",1]', use: "target" },
    ];
    const merged = await merge(sides, { strategy: "Manual", resolutions, message: "by hand" });
    expect([merged.status, merged.body.conflict_count]).toEqual([200, 3]);
    const decided = merged.body.conflicts.map((one: { key: string; column: string; resolution: string }) => [
      one.key,
      one.column,
      one.resolution,
    ]);
    expect(decided.sort()).toEqual([
      ['pairs:["x",1]', "v", "Ours"],
      ["users:1", "email", "Value"],
      ["users:1", "name", "Theirs"],
    ]);
    expect(await user(sides.target)).toEqual({ name: "source", email: "both@x" });
    expect(await rows(server, "SELECT v FROM pairs", sides.target)).toEqual([{ v: "target" }]);
  });

  it("leave the rest to the strategy, which is named where it decided", async () => {
    const sides = await conflicting("mixed");
    const resolutions = [{ table: "users", row_id: "1", column: "name", use: "source" }];
    const lite = await merge(sides, { strategy: "Auto", resolutions, dry_run: true });
    const words = Object.fromEntries(
      lite.body.conflicts.map((one: { table: string; column: string; resolution: string }) => [
        `${one.table}.${one.column}`,
        one.resolution,
      ]),
    );
    expect(words).toEqual({ "users.name": "Theirs", "users.email": "Auto", "pairs.v": "Auto" });
    const spec = await merge(sides, { conflict_resolution: "target_wins", resolutions }, SPEC);
    expect(spec.body.data).toMatchObject({ status: "merged", conflicts_resolved: 3 });
    expect(await user(sides.target)).toEqual({ name: "source", email: "target@x" });
  });

  it("decide about a whole row by columns, or that there is none", async () => {
    const removed = async (name: string) => {
      const sides = await conflicting(name);
      await execute(server, "DELETE FROM users WHERE id = 1", sides.source);
      return sides;
    };
    const of = (value: object | null) => [
      { table: "users", key: 1, use: "value", value },
      { table: "pairs", key: ["x", 1], use: "source" },
    ];
    const whole = await removed("whole");
    const row = { name: "Alice S.", email: null };
    const merged = await merge(whole, { strategy: "Manual", resolutions: of({ id: 1, ...row }) });
    expect(merged.body.conflicts).toContainEqual(
      expect.objectContaining({ key: "users:1", column: null, conflict_type: "delete_update", resolution: "Value" }),
    );
    expect(await user(whole.target)).toEqual(row);
    const none = await removed("none");
    expect((await merge(none, { strategy: "Manual", resolutions: of(null) })).status).toBe(200);
    expect(await user(none.target)).toBeUndefined();
    const short = await removed("short");
    const refused = await merge(short, { resolutions: of({ id: 1 }) });
    expect([refused.status, refused.body.code]).toEqual([400, "INVALID_FIELD"]);
    expect(refused.body.message).toContain("no value for column name");
  });

  it("that do not cover everything leave a conflict, and nothing is merged", async () => {
    const sides = await conflicting("partial");
    const resolutions = [{ table: "users", row_id: "1", column: "name", use: "source" }];
    const refused = await merge(sides, { strategy: "Manual", resolutions });
    expect([refused.status, refused.body.code]).toEqual([409, "MERGE_CONFLICT"]);
    const open = refused.body.conflicts.filter((one: { resolution: string | null }) => one.resolution === null);
    expect(open.map((one: { table: string; column: string }) => `${one.table}.${one.column}`).sort()).toEqual([
      "pairs.v",
      "users.email",
    ]);
    expect(await user(sides.target)).toEqual({ name: "target", email: "target@x" });
  });

  it("decide single rows whose keys look alike, as the conflicts show them", async () => {
    await execute(server, "CREATE TABLE amb (k PRIMARY KEY, v TEXT)");
    await execute(server, "INSERT INTO amb VALUES (1, 'base'), ('1', 'base'), (x'00ff', 'base'), ('AP8=', 'base')");
    const sides = { source: "amb-source", target: "amb-target" };
    for (const [side, name] of Object.entries(sides)) {
      await must(server, "POST", "/v1/branches", { name });
      await execute(server, `UPDATE amb SET v = '${side}'`, name);
    }
    const decide = async (row_id: unknown, accept?: string) => {
      const resolutions = [{ table: "amb", row_id, column: "v", use: "source" }];
      const { status, body } = await merge(sides, { strategy: "target_wins", dry_run: true, resolutions }, accept);
      expect(status).toBe(200);
      const { conflicts } = accept === SPEC ? body.data : body;
      return conflicts.map((one: { resolved_value: string }) => one.resolved_value);
    };
    const only = (at: number) => [0, 1, 2, 3].map((i) => (i === at ? "source" : "target"));
    for (const [i, key] of [1, "1", { type: "bytea", value: "AP8=" }, "AP8="].entries())
      expect(await decide(key)).toEqual(only(i));
    for (const accept of [undefined, SPEC]) {
      const { body } = await merge(sides, { strategy: "target_wins", dry_run: true }, accept);
      const { conflicts } = accept === SPEC ? body.data : body;
      for (const [i, { row_id }] of conflicts.entries()) expect(await decide(row_id, accept)).toEqual(only(i));
    }
  });

  it("of what is no conflict are refused by name", async () => {
    const sides = await conflicting("wrong");
    for (const one of [
      { table: "users", row_id: "2", use: "source" },
      { table: "nope", row_id: "1", use: "source" },
      { table: "users", row_id: "1", column: "id", use: "source" },
    ]) {
      const answer = await merge(sides, { resolutions: [one] });
      expect([one, answer.status, answer.body.code]).toEqual([one, 422, "INVALID_MERGE"]);
      expect(answer.body.message).toContain(one.table);
      expect(answer.body.message).toContain("doesn't name a conflict");
    }
  });

  it.each([
    [{ table: "users", row_id: "1", key: 1, use: "source" }, "FIELD_CONFLICT", "two names of the same field"],
    [{ table: "users", row_id: "1", use: "mine" }, "INVALID_FIELD", "'resolutions[0].use' must be one of"],
    [{ table: "users", row_id: "1", column: "name", use: "value" }, "INVALID_FIELD", "needs a 'value'"],
    [{ table: "users", row_id: "1", use: "source", value: 1 }, "FIELD_CONFLICT", 'is only for "use": "value"'],
    [
      { table: "users", row_id: "1", use: "value", value: 1 },
      "INVALID_FIELD",
      "'resolutions[0].value' must be an object",
    ],
    [{ table: "users", use: "value", value: null }, "INVALID_FIELD", "conflict about the schema"],
    [{ row_id: "1", use: "source" }, "INVALID_FIELD", "'resolutions[0].table' is required"],
    [{ table: "users", row_id: "1", resolution: "source" }, "UNKNOWN_FIELD", "Did you mean 'use'?"],
    [{ table: "users", key: [], use: "source" }, "INVALID_FIELD", "must not be empty"],
  ])("are refused: %j", async (one, code, message) => {
    const answer = await post(server, "/v1/branches/main/merge", { target: "main", resolutions: [one] });
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect(answer.body.message).toContain(message);
  });

  it("take the message of the commit by either name", async () => {
    const both = { target: "main", message: "a", merge_message: "b" };
    expect((await post(server, "/v1/branches/main/merge", both)).body.code).toBe("FIELD_CONFLICT");
    expect((await get(server, "/v1/branches/main")).status).toBe(200);
  });
});
