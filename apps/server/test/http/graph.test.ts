import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, execute, get, must, post, SPEC } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

let server: TestServer;
let created: { readonly id: string };
const scns: Record<string, number> = {};
beforeAll(async () => {
  server = await startServer();
  scns.schema = (await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, v)")).scn;
  created = await must(server, "POST", "/v1/branches", { name: "side", expires_at: "2100-01-01T00:00:00Z" });
  scns.own = (await execute(server, "INSERT INTO items VALUES (1, 'a')", "side")).scn;
  scns.merged = (await must(server, "POST", "/v1/branches/side/merge", { target: "main", message: "in" })).scn;
  for (let id = 2; id < 8; id++) scns.last = (await execute(server, `INSERT INTO items VALUES (${id}, 'b')`)).scn;
  await must(server, "POST", "/v1/branches", { name: "gone" });
  await must(server, "DELETE", "/v1/branches/gone");
});
afterAll(() => server?.remove());

interface Branch {
  readonly name: string;
  readonly groups: readonly { readonly commits: number; readonly first: { readonly scn: number } }[];
}
const graph = async (query = "") => must(server, "GET", `/v1/graph${query}`);
const names = async (query: string) => (await graph(query)).branches.map(({ name }: Branch) => name);

describe("the graph", () => {
  it("shows branches, forks, commits and merges", async () => {
    const { branches, more_branches, earliest, latest } = await graph();
    const [main, side] = branches;
    expect(main).toMatchObject({ name: "main", parent: null, parent_id: null, is_default: true, commits: 8 });
    expect(main.groups[1]).toMatchObject({
      ...{ commits: 1, first: { scn: scns.merged }, last: { scn: scns.merged }, types: ["merge"] },
      merges: [{ branch: "side", branch_id: created.id, branch_scn: scns.own, scn: scns.merged }],
      commit: { author: "ann", message: "in", tables: ["items"], table_count: 1 },
    });
    expect(side).toMatchObject({
      ...{ id: created.id, name: "side", parent: "main", parent_id: main.id, state: "Merged", is_protected: false },
      ...{ fork: { scn: scns.schema }, head: { scn: scns.own }, commits: 1, folded_seconds: 0, truncated: false },
      ...{ expires_at: 4102444800, deleted_at: null },
    });
    expect([more_branches, earliest.scn, latest.scn]).toEqual([0, scns.schema, scns.last]);
  });

  it("has times to the microsecond in both dialects", async () => {
    const seconds = (await graph()).latest.timestamp;
    const { body } = await get(server, "/v1/graph", { accept: SPEC });
    const iso = body.data.latest.timestamp;
    expect(iso).toMatch(/\.\d{6}Z$/);
    expect(Math.round((seconds % 1) * 1e6)).toBe(Number(iso.slice(-7, -1)));
    expect(Math.floor(seconds)).toBe(Math.floor(Date.parse(iso) / 1000));
  });

  it("folds commits, and is cut to branches and times", async () => {
    const [main] = (await graph("?max_groups_per_branch=1")).branches;
    expect(main.groups).toMatchObject([{ commits: 8, commit: null, types: ["transaction", "schema", "merge"] }]);
    expect(main.folded_seconds).toBeGreaterThan(0);
    const total = ({ groups }: Branch) => groups.length;
    expect((await graph("?max_groups=4")).branches.map(total).reduce((a: number, b: number) => a + b)).toBeLessThan(5);
    expect(await names("?branches=si*")).toEqual(["side"]);
    expect(await names(`?branches=main,${created.id},nobody`)).toEqual(["main", "side"]);
    expect(await names("?include_deleted=true")).toEqual(["main", "side", "gone"]);
    expect(await names("?include_deleted=true&branches=g?ne")).toEqual(["gone"]);
    expect(await graph("?max_branches=1")).toMatchObject({ branches: [{ name: "main" }], more_branches: 1 });
    expect(await graph("?until=2020-01-01")).toMatchObject({ branches: [], earliest: null, latest: null });
    const since = await graph("?from=2090-01-01T00:00:00Z");
    expect(since.branches.map(({ groups }: Branch) => groups)).toEqual([[], []]);
    expect(since.latest.scn).toBe(scns.last);
  });

  it.each(["max_groups=0", "max_groups=20001", "max_branches=x", "from=soon", "nodes=4"])(
    "refuses %s",
    async (query) => {
      expect((await get(server, `/v1/graph?${query}`)).status).toBe(400);
    },
  );

  it("shows a limited key its branches only, and no other in what it sees of them", async () => {
    const limited = async (branches: string[]) => {
      const { key } = await must(server, "POST", "/v1/auth/keys", { name: branches[0], scopes: ["read"], branches });
      return { key };
    };
    const main = await get(server, "/v1/graph", await limited(["ma*"]));
    expect(main.body.branches).toMatchObject([{ name: "main", groups: [{}, { merges: [] }, {}, {}, {}, {}, {}, {}] }]);
    expect(JSON.stringify(main.body)).not.toContain("side");
    expect(JSON.stringify(main.body)).not.toContain(created.id);
    const key = await limited(["side"]);
    const side = await get(server, "/v1/graph?include_deleted=true", key);
    expect(side.body.branches).toMatchObject([{ name: "side", parent: null, parent_id: null }]);
    expect(side.body.latest.scn).toBe(scns.own);
    expect((await get(server, "/v1/graph?branches=main", key)).body.branches).toEqual([]);
    expect((await get(server, "/v1/graph?branches=*", key)).body.branches).toHaveLength(1);
    expect((await get(server, "/v1/branches/main/density", key)).status).toBe(404);
  });

  it("is not for a key that is limited to tables", async () => {
    const body = { name: "t", scopes: ["read"], tables: ["items"] };
    const { key } = await must(server, "POST", "/v1/auth/keys", body);
    for (const path of ["/v1/graph", "/v1/branches/main/density"]) {
      expect(await get(server, path, { key })).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
    }
  });

  it("can be read only with credentials, and only by GET", async () => {
    expect((await get(server, "/v1/graph", { key: null })).status).toBe(401);
    expect((await post(server, "/v1/graph", {})).status).toBe(405);
  });
});

describe("the density of a branch", () => {
  const density = (query = "", branch = "main") => must(server, "GET", `/v1/branches/${branch}/density${query}`);

  it("counts the commits of its history in parts of a time", async () => {
    const whole = await density("?buckets=1");
    expect(whole).toMatchObject({ commits: 9, truncated: false, latest: { scn: scns.last } });
    expect(whole.buckets).toMatchObject([{ commits: 9, first: whole.earliest, last: { scn: scns.last } }]);
    const parts = await density("?buckets=1000");
    const total = parts.buckets.reduce((sum: number, { commits }: { commits: number }) => sum + commits, 0);
    expect([total, parts.buckets.length > 1]).toEqual([9, true]);
    const { timestamp } = parts.buckets.at(-1).first;
    const one = await density(`?from=${timestamp}&until=${timestamp}`);
    expect(one).toMatchObject({ from: timestamp, until: timestamp, commits: 1, latest: { scn: scns.last } });
  });

  it("names the SCNs between which each part can be read", async () => {
    const { buckets } = await density("?buckets=1000");
    for (const { last, until } of buckets) {
      const at = await call(server, "POST", "/v1/branches/main/query", {
        sql: "SELECT count(*) AS n FROM sqlite_schema",
        as_of: until,
      });
      expect(at.body.scn).toBe(last.scn);
    }
  });

  it("is that of its ancestors up to the fork, and its own", async () => {
    const { buckets, commits } = await density("?buckets=1", "side");
    expect(commits).toBe(3);
    expect(buckets[0].last.scn).toBe(scns.own);
  });

  it.each([
    ["from=2026-01-02&until=2026-01-01", "INVALID_FIELD"],
    ["buckets=0", "INVALID_FIELD"],
    ["until=1&to=2", "FIELD_CONFLICT"],
  ])("refuses %s", async (query, code) => {
    expect(await get(server, `/v1/branches/main/density?${query}`)).toMatchObject({ status: 400, body: { code } });
  });

  it("is not to be had of a branch that isn't there", async () => {
    expect((await get(server, "/v1/branches/nobody/density")).body.code).toBe("BRANCH_NOT_FOUND");
  });
});
