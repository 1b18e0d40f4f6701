import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished } from "vitest";
import { AuthMiddleware } from "../../dist/index.js";
import { call, execute, get, must, patch, post, SPEC } from "../support/http.js";
import { MetricsText } from "../support/prometheus.js";
import { Receiver } from "../support/receiver.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const SETTINGS = { allow: ["127.0.0.1"], retryMs: 40 };
let server: TestServer;
let receiver: Receiver;
beforeAll(async () => {
  server = await startServer({ server: { webhooks: SETTINGS } });
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  await execute(server, "CREATE TABLE notes (id INTEGER PRIMARY KEY)");
});
afterAll(() => server.remove());
beforeEach(async () => {
  receiver = await Receiver.start();
});
afterEach(async () => {
  for (const { id } of (await get(server, "/v1/webhooks")).body.webhooks) await remove(id);
  for (const { name, is_default } of (await get(server, "/v1/branches")).body.branches) {
    if (!is_default) await call(server, "DELETE", `/v1/branches/${name}`);
  }
  await receiver.stop();
});

const register = (more: object = {}) => must(server, "POST", "/v1/webhooks", { url: receiver.url, ...more });
const remove = (id: string) => must(server, "DELETE", `/v1/webhooks/${id}`);
const insert = (table = "items", branch = "main") => execute(server, `INSERT INTO ${table} DEFAULT VALUES`, branch);
const deliveries = async (id: string, query = "") =>
  (await get(server, `/v1/webhooks/${id}/deliveries?${query}`)).body.deliveries;
const kinds = () => receiver.events.map(({ event, data }) => `${event} ${data.branch_name}`);

it("counts what is sent, refused and waiting for another try, without naming any", async () => {
  const metrics = async () => {
    const page = new MetricsText((await get(server, "/metrics", { key: null })).body);
    const requests = (outcome: string) => page.value("heliosdb_webhook_requests_total", { outcome });
    const webhooks = (state: string) => page.value("heliosdb_webhooks", { state });
    return {
      ...{
        taken: requests("taken"),
        failed: requests("failed"),
        waiting: page.value("heliosdb_webhook_events_waiting"),
      },
      ...{ enabled: webhooks("enabled"), disabled: webhooks("disabled") },
    };
  };
  const before = await metrics();
  expect(before).toMatchObject({ enabled: 0, disabled: 0, waiting: 0 });
  let isDown = true;
  receiver.answer = () => (isDown ? 503 : 204);
  await register();
  await must(server, "PATCH", `/v1/webhooks/${(await register()).id}`, { enabled: false });
  await insert();
  await receiver.until(({ received }) => received.length >= 2);
  expect(await metrics()).toMatchObject({ enabled: 1, disabled: 1, waiting: 1, taken: before.taken });
  isDown = false;
  const refused = receiver.received.length;
  await receiver.until(({ received }) => received.length > refused);
  await expect.poll(async () => (await metrics()).waiting).toBe(0);
  const after = await metrics();
  expect(after).toMatchObject({ enabled: 1, disabled: 1, waiting: 0, taken: before.taken + 1 });
  expect(after.failed - before.failed).toBe(receiver.received.length - 1);
});

it("sends every event of the specification, in its shape, signed so that standardwebhooks takes it", async () => {
  const { secret } = await register();
  const source = await must(server, "POST", "/v1/branches", { name: "feature-auth" });
  const { scn } = await execute(server, "INSERT INTO items (name) VALUES ('a'), ('b')", "feature-auth");
  await must(server, "PATCH", "/v1/branches/feature-auth", { is_protected: true });
  await must(server, "PATCH", "/v1/branches/feature-auth", { is_protected: false });
  const merge = await must(server, "POST", "/v1/branches/feature-auth/merge", {
    target: "main",
    delete_source_after_merge: true,
  });
  await receiver.until(({ received }) => received.length === 7);

  const about = { branch_id: source.id, branch_name: "feature-auth" };
  const of = (id: string) => receiver.events.filter(({ data }) => data.branch_id === id);
  expect(of(source.id)).toMatchObject([
    { event: "branch.created", data: { ...about, source_branch: "main", undeleted: false } },
    {
      event: "branch.data_changed",
      data: {
        ...about,
        ...{ table: "items", inserted: 2, updated: 0, deleted: 0, scn, commit_type: "transaction", author: "ann" },
      },
    },
    { event: "branch.protected", data: { ...about, is_protected: true } },
    { event: "branch.protected", data: { ...about, is_protected: false } },
    { event: "branch.deleted", data: about },
  ]);
  const main = (await get(server, "/v1/branches/main")).body;
  const into = { branch_id: main.id, branch_name: "main", source_branch_id: source.id, scn: merge.scn };
  expect(of(main.id)).toMatchObject([
    { event: "branch.merged", data: { ...into, target_branch: "main", tables: [{ table: "items", inserted: 2 }] } },
    { event: "branch.data_changed", data: { ...into, table: "items", inserted: 2, commit_type: "merge" } },
  ]);

  const verifier = new Webhook(secret);
  for (const { headers, body, event } of receiver.received) {
    expect(verifier.verify(body, headers as Record<string, string>)).toEqual(event);
    expect(headers["webhook-id"]).toBe(event.id);
    expect(headers["content-type"]).toBe("application/json");
    expect(Object.keys(event)).toEqual(["id", "event", "timestamp", "data"]);
    expect(new Date(event.timestamp).getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(() => verifier.verify(`${body} `, headers as Record<string, string>)).toThrow();
  }
  expect(new Set(receiver.events.map(({ id }) => id)).size).toBe(7);
});

it("tells of what nobody asked for by that name: backups, branches brought back, resets", async () => {
  await insert();
  await register({ events: ["branch.created", "branch.data_changed"], branches: ["d*", "main-*"] });
  const { id } = await must(server, "POST", "/v1/branches", { name: "dev" });
  await insert("notes", "dev");
  await must(server, "POST", "/v1/branches/dev/reset", { to: "parent", message: "anew" });
  await call(server, "DELETE", "/v1/branches/dev");
  await must(server, "POST", `/v1/branches/${id}/undelete`, { name: "dev-2" });
  await must(server, "POST", "/v1/branches/main/restore", { as_of: "scn:3", create_backup_branch: true });
  await receiver.until(({ received }) => received.length === 5);
  expect(kinds().toSorted()).toEqual([
    "branch.created dev",
    "branch.created dev-2",
    expect.stringMatching(/^branch.created main-backup-/),
    "branch.data_changed dev",
    "branch.data_changed dev",
  ]);
  const reset = receiver.events.find(({ data }) => data.commit_type === "reset");
  expect(reset.data).toMatchObject({ table: null, inserted: null, author: "ann", message: "anew" });
  expect(receiver.events.find(({ data }) => data.branch_name === "dev-2").data.undeleted).toBe(true);
});

it("starts at now, and hears only of the events and branches that it wants", async () => {
  await must(server, "POST", "/v1/branches", { name: "early" });
  await insert();
  await register({ events: ["branch.data_changed"], branches: ["feat*-1", "early"] });
  for (const name of ["feature-1", "feat-2"]) {
    await must(server, "POST", "/v1/branches", { name });
    await insert("items", name);
  }
  await insert();
  await insert("notes", "early");
  await receiver.until(({ received }) => received.length === 2);
  expect(kinds().toSorted()).toEqual(["branch.data_changed early", "branch.data_changed feature-1"]);
});

it("a change of what is wanted holds from then on, and not for what happened before", async () => {
  const { id } = await register({ events: ["branch.created"] });
  await must(server, "POST", "/v1/branches", { name: "first" });
  await insert("items", "first");
  await receiver.until(({ received }) => received.length === 1);
  await must(server, "PATCH", `/v1/webhooks/${id}`, { events: ["branch.data_changed", "branch.data_changed"] });
  const { scn } = await insert("items", "first");
  await must(server, "POST", "/v1/branches", { name: "second" });
  await receiver.until(({ received }) => received.length === 2);
  await must(server, "PATCH", `/v1/webhooks/${id}`, { branches: ["second"] });
  await insert("items", "first");
  await insert("items", "second");
  await receiver.until(({ received }) => received.length === 3);
  expect(kinds()).toEqual(["branch.created first", "branch.data_changed first", "branch.data_changed second"]);
  expect(receiver.events[1].data.scn).toBe(scn);
  expect((await get(server, `/v1/webhooks/${id}`)).body).toMatchObject({
    events: ["branch.data_changed"],
    branches: ["second"],
  });
});

it("one event for each table of a commit, under the name that the branch then had", async () => {
  await must(server, "POST", "/v1/branches", { name: "old-name" });
  receiver.answer = () => 500;
  const { id } = await register({ events: ["branch.data_changed"] });
  await must(server, "POST", "/v1/branches/old-name/batch", {
    statements: [
      { sql: "INSERT INTO items DEFAULT VALUES" },
      { sql: "INSERT INTO notes DEFAULT VALUES" },
      { sql: "UPDATE items SET name = 'z'" },
    ],
  });
  await must(server, "PATCH", "/v1/branches/old-name", { name: "new-name" });
  await receiver.until(({ received }) => received.length >= 3);
  const tried = new Set(receiver.events.map((event) => event.id));
  expect(tried.size).toBe(1);
  receiver.answer = () => 200;
  await receiver.until(({ events }) => new Set(events.map((event) => event.id)).size === 2);
  const sent = receiver.events.slice(-2);
  expect(sent.map(({ data }) => [data.table, data.branch_name]).toSorted()).toEqual([
    ["items", "old-name"],
    ["notes", "old-name"],
  ]);
  expect((await deliveries(id)).map(({ status }: { status: string }) => status)).toEqual(["delivered", "delivered"]);
});

it("a failing delivery holds back its branch alone, and what follows comes after it in order", async () => {
  for (const name of ["bad", "good"]) await must(server, "POST", "/v1/branches", { name });
  let fails = true;
  receiver.answer = ({ event }) => (fails && event.data.branch_name === "bad" ? 503 : 204);
  const { id } = await register({ events: ["branch.data_changed"] });
  const scns: number[] = [];
  for (let n = 0; n < 5; n++) {
    scns.push((await insert("items", "bad")).scn);
    await insert("items", "good");
  }
  const of = (branch: string) => receiver.events.filter(({ data }) => data.branch_name === branch);
  await receiver.until(() => of("good").length === 5 && of("bad").length >= 2);
  expect(new Set(of("bad").map(({ data }) => data.scn))).toEqual(new Set([scns[0]]));
  expect((await get(server, `/v1/webhooks/${id}`)).body).toMatchObject({ enabled: true, failing: 1 });
  const [waiting] = await deliveries(id, "status=waiting");
  expect(waiting).toMatchObject({ response_status: 503, error: "responded with 503", event: "branch.data_changed" });
  expect(waiting.next_attempt_at).not.toBeNull();
  fails = false;
  await receiver.until(() => of("bad").at(-1)?.data.scn === scns[4]);
  expect([...new Set(of("bad").map(({ data }) => data.scn))]).toEqual(scns);
  expect(of("good").map(({ data }) => data.scn)).toEqual(
    of("good")
      .map(({ data }) => data.scn)
      .toSorted((a, b) => a - b),
  );
});

it("goes on after a restart with what waited, and repeats nothing that was taken", async () => {
  const first = await startServer({ server: { webhooks: { ...SETTINGS, retryMs: 3_600_000 } } });
  await execute(first, "CREATE TABLE t (id INTEGER PRIMARY KEY)");
  const { id } = await must(first, "POST", "/v1/webhooks", { url: receiver.url, events: ["branch.data_changed"] });
  await execute(first, "INSERT INTO t VALUES (1)");
  await receiver.until(({ received }) => received.length === 1);
  receiver.answer = () => 500;
  await execute(first, "INSERT INTO t VALUES (2)");
  await execute(first, "INSERT INTO t VALUES (3)");
  await receiver.until(({ received }) => received.length === 2);
  await first.close();
  receiver.answer = () => 204;
  const second = await startServer({ dataDir: first.dataDir, server: { webhooks: SETTINGS } });
  try {
    expect((await get(second, `/v1/webhooks/${id}`)).body.failing).toBe(1);
    // What waits keeps its time; enabling it has it tried at once.
    await must(second, "PATCH", `/v1/webhooks/${id}`, { enabled: false });
    await must(second, "PATCH", `/v1/webhooks/${id}`, { enabled: true });
    await receiver.until(({ received }) => received.length === 4);
    expect(receiver.events.map(({ data }) => data.scn)).toEqual([3, 4, 4, 5]);
    expect(receiver.events[1].id).toBe(receiver.events[2].id);
  } finally {
    await second.remove();
  }
});

it("is disabled after failing for long, or at once on 410, with the reason, and goes on where it stopped", async () => {
  const patient = await startServer({ server: { webhooks: { ...SETTINGS, giveUpMs: 300 } } });
  try {
    await execute(patient, "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    const { id } = await must(patient, "POST", "/v1/webhooks", { url: receiver.url, events: ["branch.data_changed"] });
    const shown = async () => (await get(patient, `/v1/webhooks/${id}`)).body;
    const disabled = async () => {
      await expect.poll(async () => (await shown()).enabled).toBe(false);
      return shown();
    };
    receiver.answer = () => 302;
    await execute(patient, "INSERT INTO t VALUES (1)");
    const after = await disabled();
    expect(after.disabled_reason).toMatch(
      /^evt_\w+ has failed at each attempt since \d{4}-.*responded with 302; redirects/,
    );
    expect(after.disabled_at).toBeGreaterThan(0);
    expect(receiver.received.every(({ path }) => path === "/hook")).toBe(true);
    const seen = receiver.received.length;
    await execute(patient, "INSERT INTO t VALUES (2)");
    receiver.answer = () => 410;
    await must(patient, "PATCH", `/v1/webhooks/${id}`, { enabled: true });
    expect((await disabled()).disabled_reason).toBe("the receiver responded with 410 Gone");
    receiver.answer = () => 200;
    expect(await must(patient, "PATCH", `/v1/webhooks/${id}`, { enabled: true })).toMatchObject({
      enabled: true,
      disabled_reason: null,
      disabled_at: null,
    });
    await receiver.until(({ received }) => received.length >= seen + 3);
    expect(receiver.events.slice(seen).map(({ data }) => data.scn)).toEqual([3, 3, 4]);
  } finally {
    await patient.remove();
  }
});

it("can be tested, its deliveries listed page by page, sent again, and replayed from an SCN", async () => {
  const { id } = await register({ events: ["branch.data_changed"] });
  const test = await post(server, `/v1/webhooks/${id}/test`);
  expect(test.body).toMatchObject({
    purpose: "test",
    event: "webhook.test",
    status: "delivered",
    response_status: 204,
  });
  expect(receiver.events[0]).toMatchObject({ event: "webhook.test", data: { webhook_id: id } });
  const scns: number[] = [];
  for (let n = 0; n < 4; n++) scns.push((await insert()).scn);
  await receiver.until(({ received }) => received.length === 5);

  const all = await deliveries(id);
  expect(all).toHaveLength(5);
  const paged = [];
  for (let cursor = ""; ; ) {
    const { body } = await get(server, `/v1/webhooks/${id}/deliveries?limit=2${cursor}`, { accept: SPEC });
    paged.push(...body.data.deliveries);
    if (body.data.next_cursor === null) break;
    cursor = `&cursor=${body.data.next_cursor}`;
  }
  expect(paged.map((one) => one.id)).toEqual(all.map((one: { id: string }) => one.id));
  expect(await deliveries(id, "event=webhook.test")).toHaveLength(1);
  expect(await deliveries(id, "status=waiting")).toEqual([]);
  expect(await deliveries(id, `branch=${all[0].branch_id}`)).toHaveLength(4);

  const [newest] = all;
  const resent = await post(server, `/v1/webhooks/${id}/deliveries/${newest.id}/resend`);
  expect(resent.body).toMatchObject({ purpose: "resend", event_id: newest.event_id, status: "delivered" });
  expect(receiver.events[5]).toEqual(receiver.events[4]);

  await must(server, "POST", `/v1/webhooks/${id}/replay`, { from_scn: scns[1] });
  await receiver.until(({ received }) => received.length === 9);
  expect(receiver.events.slice(6)).toEqual(receiver.events.slice(2, 5));
  await insert();
  await receiver.until(({ received }) => received.length === 10);
  expect((await post(server, `/v1/webhooks/${id}/replay`, { from_scn: 1e9 })).body.code).toBe("POINT_IN_FUTURE");
  receiver.answer = () => 500;
  expect((await post(server, `/v1/webhooks/${id}/test`)).body).toMatchObject({
    status: "failed",
    error: "responded with 500",
  });
});

it("a replay begins anew even while a delivery fails", async () => {
  receiver.answer = () => 500;
  const { id } = await register({ events: ["branch.data_changed"] });
  const first = (await insert()).scn;
  const second = (await insert()).scn;
  await receiver.until(({ received }) => received.length >= 1);
  await must(server, "POST", `/v1/webhooks/${id}/replay`, { from_scn: second });
  receiver.received.length = 0;
  receiver.answer = () => 204;
  await receiver.until(({ events }) => events.at(-1)?.data.scn === second);
  expect(receiver.events.map(({ data }) => data.scn)).not.toContain(first);
  expect((await get(server, `/v1/webhooks/${id}`)).body.failing).toBe(0);
});

it("a rotated secret signs beside the one before", async () => {
  const { id, secret } = await register({ events: ["branch.data_changed"] });
  const rotated = await must(server, "POST", `/v1/webhooks/${id}/rotate-secret`);
  expect(rotated.secret).not.toBe(secret);
  await insert();
  await receiver.until(({ received }) => received.length === 1);
  const [{ body, headers }] = receiver.received as [(typeof receiver.received)[0]];
  for (const known of [secret, rotated.secret]) {
    expect(new Webhook(known).verify(body, headers as Record<string, string>)).toBeTruthy();
  }
});

it("shows its secret once, and keeps it out of the audit log", async () => {
  const { id, secret, ...shown } = await register({ description: "to the chat" });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect((await get(server, `/v1/webhooks/${id}`)).body).toEqual({ id, ...shown });
  expect((await get(server, "/v1/webhooks")).body).toEqual({ total: 1, webhooks: [{ id, ...shown }] });
  const spec = (await get(server, `/v1/webhooks/${id}`, { accept: SPEC })).body.data;
  expect(spec).toEqual({
    ...{ id, ...shown },
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  });
  const [entry] = (await get(server, "/v1/audit?limit=1")).body.entries;
  expect(entry).toMatchObject({ operation: "createWebhook", object: id });
  await must(server, "PATCH", `/v1/webhooks/${id}`, { description: null, enabled: false });
  expect((await get(server, `/v1/webhooks/${id}`)).body).toMatchObject({
    description: null,
    enabled: false,
    disabled_reason: "disabled by request",
  });
  const again = { headers: { "idempotency-key": "hook-1" } };
  const body = { url: receiver.url };
  expect((await post(server, "/v1/webhooks", body, again)).status).toBe(201);
  expect((await post(server, "/v1/webhooks", body, again)).body.code).toBe("IDEMPOTENCY_SECRET");
  const text = JSON.stringify((await get(server, "/v1/audit?limit=1000")).body);
  expect(text).not.toContain("whsec_");
  expect(readFileSync(join(server.dataDir, "catalog.db")).length).toBeGreaterThan(0);
});

it("is sent to public addresses only, unless the server's configuration says otherwise", async () => {
  for (const url of [
    "ftp://example.com/",
    "file:///etc/passwd",
    "example.com/hook",
    "http://ann:secret@127.0.0.1/",
    "http://127.0.0.2/",
    "http://127.1.0.1:8080/",
    "http://0x7f.0.0.2/",
    "http://2130706434/",
    "http://0/",
    "http://10.0.0.1/",
    "http://172.16.5.4/",
    "http://192.168.1.1/",
    "http://100.100.100.200/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::ffff:a00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://no-such-host.invalid/",
  ]) {
    const { status, body } = await post(server, "/v1/webhooks", { url });
    expect([url, status, body.code]).toEqual([url, 422, "WEBHOOK_TARGET_REFUSED"]);
    expect(body.message).not.toContain("secret");
  }
  for (const url of ["http://93.184.216.34/", "https://[2606:2800:220:1::1]/hook", "http://[::ffff:127.0.0.1]/"]) {
    const { status, body } = await post(server, "/v1/webhooks", { url });
    expect([url, status]).toEqual([url, 201]);
    await must(server, "PATCH", `/v1/webhooks/${body.id}`, { enabled: false });
    const moved = await patch(server, `/v1/webhooks/${body.id}`, { url: "http://10.0.0.1/" });
    expect(moved.body.code).toBe("WEBHOOK_TARGET_REFUSED");
  }
});

it("what was allowed once is checked again at each connection", async () => {
  const before = await startServer({ server: { webhooks: { ...SETTINGS, allow: ["127.0.0.0/8", "localhost"] } } });
  const byAddress = await must(before, "POST", "/v1/webhooks", { url: receiver.url });
  const byName = await must(before, "POST", "/v1/webhooks", {
    url: receiver.url.replace("127.0.0.1", "localhost"),
  });
  for (const { id } of [byAddress, byName]) {
    expect((await post(before, `/v1/webhooks/${id}/test`)).body).toMatchObject({ status: "delivered" });
  }
  await before.close();
  const after = await startServer({ dataDir: before.dataDir, server: { webhooks: { ...SETTINGS, allow: [] } } });
  try {
    for (const { id } of [byAddress, byName]) {
      const { body } = await post(after, `/v1/webhooks/${id}/test`);
      expect(body).toMatchObject({ status: "failed", response_status: null });
      expect(body.error).toMatch(/not a public address/);
    }
    const named = { url: receiver.url.replace("127.0.0.1", "localhost") };
    expect((await post(after, "/v1/webhooks", named)).body.code).toBe("WEBHOOK_TARGET_REFUSED");
    expect(receiver.received).toHaveLength(2);
  } finally {
    await after.remove();
  }
});

it("is its tenant's own, for administrators, and refuses what it does not know", async () => {
  const { id } = await register();
  expect((await get(server, "/v1/webhooks", { key: KEYS.write })).status).toBe(403);
  await must(server, "POST", "/v1/tenants", { name: "tenant456" }).catch(() => {});
  expect((await get(server, "/v1/webhooks", { key: KEYS.other })).body).toEqual({ total: 0, webhooks: [] });
  const other = { key: KEYS.other };
  for (const [method, path, body] of [
    ["GET", "", undefined],
    ["PATCH", "", { enabled: false }],
    ["DELETE", "", undefined],
    ["POST", "/test", undefined],
    ["POST", "/rotate-secret", undefined],
    ["POST", "/replay", { from_scn: 1 }],
    ["GET", "/deliveries", undefined],
    ["POST", "/deliveries/dlv_1/resend", undefined],
  ] as const) {
    const answer = await call(server, method, `/v1/webhooks/${id}${path}`, body, other);
    expect([path, answer.status, answer.body.code]).toEqual([path, 404, "WEBHOOK_NOT_FOUND"]);
  }
  await post(server, "/v1/branches", { name: "theirs" }, other);
  await insert();
  await receiver.until(({ received }) => received.length === 1);
  expect(receiver.events[0].data.branch_name).toBe("main");
  for (const [body, code] of [
    [{}, "INVALID_FIELD"],
    [{ url: receiver.url, events: [] }, "INVALID_FIELD"],
    [{ url: receiver.url, events: ["branch.made"] }, "INVALID_FIELD"],
    [{ url: receiver.url, branches: ["a b"] }, "INVALID_FIELD"],
    [{ url: receiver.url, event: ["branch.created"] }, "UNKNOWN_FIELD"],
  ] as const) {
    expect((await post(server, "/v1/webhooks", body)).body.code).toBe(code);
  }
  expect((await patch(server, `/v1/webhooks/${id}`, {})).body.code).toBe("INVALID_FIELD");
  expect((await post(server, `/v1/webhooks/${id}/deliveries/nope/resend`)).body.code).toBe("WEBHOOK_NOT_FOUND");
});

it("ends with its tenant", async () => {
  // Tenants are managed by the server's own key.
  const mine = { key: "the-servers-own-key" };
  const auth = AuthMiddleware.fromConfig({ jwtSecret: "a-secret-for-tests-only", adminApiKey: mine.key });
  const own = await startServer({ auth, server: { webhooks: SETTINGS } });
  onTestFinished(() => own.remove());
  await post(own, "/v1/tenants", { name: "leaving" }, mine);
  const { key } = (await post(own, "/v1/auth/keys", { name: "k", scopes: ["admin"], tenant_id: "leaving" }, mine)).body;
  const theirs = (await post(own, "/v1/webhooks", { url: receiver.url }, { key })).body;
  await post(own, "/v1/branches", { name: "dev" }, { key });
  await receiver.until(({ received }) => received.length === 1);
  await call(own, "DELETE", "/v1/tenants/leaving", undefined, mine);
  const catalog = new Database(join(own.dataDir, "catalog.db"), { readonly: true });
  const left = ["webhooks WHERE id", "webhook_cursors WHERE webhook", "webhook_deliveries WHERE webhook"].map((of) =>
    catalog.prepare(`SELECT count(*) FROM ${of} = ?`).pluck().get(theirs.id),
  );
  catalog.close();
  expect(left).toEqual([0, 0, 0]);
});
