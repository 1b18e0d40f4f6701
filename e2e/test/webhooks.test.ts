import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { verifyWebhook } from "@heliosdb/client";
import { Webhook } from "standardwebhooks";
import { afterEach, expect, it } from "vitest";
import { call, execute, must } from "../support/http.js";
import { LIMITS } from "../support/limits.js";
import { type Call, Receiver } from "../support/receiver.js";
import { ServerProcess } from "../support/server.js";

const ENV = { HELIOSDB_WEBHOOK_ALLOW: "127.0.0.1", HELIOSDB_WEBHOOK_RETRY_MS: "20" };
const BRANCHES = ["side-1", "side-2", "side-3"];

let server: ServerProcess | undefined;
let receiver: Receiver | undefined;
afterEach(async () => {
  await receiver?.stop();
  await server?.kill();
  if (server) rmSync(server.dataDir, { recursive: true, force: true });
  server = undefined;
});

/** Random numbers that are the same in each run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

it(`a receiver that fails half of its calls, and a server killed ${LIMITS.killRounds} times: each event arrives, in order, signed`, async () => {
  server = await ServerProcess.start({ env: ENV });
  await execute(server, "main", "CREATE TABLE log (id TEXT PRIMARY KEY)");
  await execute(server, "main", "CREATE TABLE tally (id INTEGER PRIMARY KEY, n INTEGER)");
  for (const name of BRANCHES) await must(server, "POST", "/v1/branches", { name });
  const random = randomFrom(7);
  receiver = await Receiver.start((one) => {
    // Each failure in a row doubles the wait for the next attempt, so that the waits of many events have no mean.
    const attempts = receiver!.calls.filter(
      (other) => other.path === one.path && other.event.id === one.event.id,
    ).length;
    if (attempts > 6) return true;
    const fate = random();
    // Half of them fail: with an error, or by a connection that is cut.
    return fate < 0.5 ? true : fate < 0.8 ? false : null;
  });
  const all = await must(server, "POST", "/v1/webhooks", { url: `${receiver.url}/all` });
  const some = await must(server, "POST", "/v1/webhooks", {
    url: `${receiver.url}/some`,
    events: ["branch.data_changed"],
    branches: ["side-*"],
  });

  const acknowledged: { branch: string; scn: number }[] = [];
  const made: string[] = [];
  for (let round = 0; round <= LIMITS.killRounds; round++) {
    const running: ServerProcess = server;
    let stopped = false;
    const attempt = async (work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        // The kill cuts connections.
        if (!stopped) throw error;
      }
    };
    const writers = ["main", ...BRANCHES].map(async (branch, writer) => {
      for (let n = 0; !stopped; n++) {
        await attempt(async () => {
          const { scn } = await must(running, "POST", `/v1/branches/${branch}/batch`, {
            statements: [
              { sql: "INSERT INTO log VALUES ($1)", params: [`r${round}w${writer}n${n}`] },
              { sql: "INSERT INTO tally (n) VALUES ($1)", params: [n] },
            ],
          });
          acknowledged.push({ branch, scn });
        });
        await sleep(30);
      }
    });
    const maker = (async () => {
      for (let n = 0; !stopped; n++) {
        await attempt(async () => {
          const { id } = await must(running, "POST", "/v1/branches", { name: `short-${round}-${n}` });
          await execute(running, id, "DELETE FROM log");
          await must(running, "PATCH", `/v1/branches/${id}`, { is_protected: true });
          await must(running, "PATCH", `/v1/branches/${id}`, { is_protected: false });
          await must(running, "POST", `/v1/branches/${id}/merge`, {
            ...{ target: "side-1", conflict_resolution: "target_wins", delete_source_after_merge: true },
          });
          made.push(id);
        });
        await sleep(60);
      }
    })();
    const before = [acknowledged.length, made.length] as const;
    while (acknowledged.length < before[0] + 15 || made.length < before[1] + 2) await sleep(7);
    // Stopped is set in the same turn as the kill, so that no later failure is taken for one of its making.
    stopped = true;
    if (round < LIMITS.killRounds) running.signalGroup("SIGKILL");
    await Promise.all([...writers, maker]);
    if (round === LIMITS.killRounds) break;
    await running.ended();
    server = await ServerProcess.start({ dataDir: running.dataDir, env: ENV });
  }

  const ids = new Map<string, string>();
  const expected = new Set<string>();
  for (const branch of ["main", ...BRANCHES]) {
    const { id } = await must(server, "GET", `/v1/branches/${branch}`);
    ids.set(branch, id);
    for (const entry of await historyOf(server, branch)) {
      if (entry.branch !== branch || entry.type === "schema" || entry.type === "init") continue;
      for (const { table } of entry.tables) expected.add(`/all ${id} branch.data_changed ${entry.scn} ${table}`);
      if (branch !== "main") {
        for (const { table } of entry.tables) expected.add(`/some ${id} branch.data_changed ${entry.scn} ${table}`);
      }
      if (entry.type === "merge") expected.add(`/all ${id} branch.merged ${entry.scn} -`);
    }
  }
  for (const { branch, scn } of acknowledged) {
    for (const table of ["log", "tally"]) {
      expect(expected).toContain(`/all ${ids.get(branch)} branch.data_changed ${scn} ${table}`);
    }
  }
  const taken = () => receiver!.calls.filter((one) => one.taken);
  const names = () => new Set(taken().map(nameOf));
  const allOf = (id: string) => taken().filter((one) => one.path === "/all" && one.event.data.branch_id === id);
  const isWhole = (id: string) => allOf(id).some(({ event }) => event.event === "branch.deleted");
  for (const end = Date.now() + 120_000; ; await sleep(100)) {
    const missing = [...expected].filter((name) => !names().has(name));
    const unfinished = made.filter((id) => !isWhole(id));
    if (missing.length + unfinished.length === 0) break;
    if (Date.now() > end) throw new Error(`never arrived: ${JSON.stringify([missing.slice(0, 20), unfinished])}`);
  }

  // Nothing came that did not happen.
  const known = new Set(ids.values());
  for (const one of receiver.calls) {
    if (known.has(one.event.data.branch_id)) expect(expected).toContain(nameOf(one));
  }
  for (const id of made) {
    const events = [...new Set(allOf(id).map(({ event }) => `${event.event} ${event.data.is_protected ?? ""}`))];
    expect(events).toEqual([
      "branch.created ",
      "branch.data_changed ",
      "branch.protected true",
      "branch.protected false",
      "branch.deleted ",
    ]);
  }

  const lanes = new Map<string, Call[]>();
  for (const one of receiver.calls) {
    const lane = `${one.path} ${one.event.data.branch_id}`;
    lanes.set(lane, [...(lanes.get(lane) ?? []), one]);
  }
  let [repeats, retries] = [0, 0];
  for (const calls of lanes.values()) {
    const done: string[] = [];
    let last = 0n;
    for (const { event, taken: isTaken, body } of calls) {
      const before = done.indexOf(event.id);
      if (before >= 0) {
        // Only the end of the server can have it forget that an event was taken, and that of the last one alone.
        expect(before).toBe(done.length - 1);
        repeats++;
        continue;
      }
      // What comes next comes when everything before it has been taken.
      expect(orderOf(event.id, body)).toBeGreaterThanOrEqual(last);
      if (!isTaken) retries++;
      else {
        done.push(event.id);
        last = orderOf(event.id, body);
      }
    }
  }
  expect(repeats).toBeLessThanOrEqual(LIMITS.killRounds * lanes.size);

  const secrets = { "/all": all.secret, "/some": some.secret };
  for (const { path, headers, body, event } of receiver.calls) {
    const secret = secrets[path as "/all"];
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual(event);
    expect(verifyWebhook({ secret, headers, body })).toMatchObject({ id: event.id, data: event.data });
  }
  const failed = receiver.calls.length - taken().length;
  expect(failed).toBeGreaterThan(receiver.calls.length / 4);
  console.log(
    `${names().size} events in ${receiver.calls.length} calls, ${failed} of which failed; ${repeats} repeats after ${LIMITS.killRounds} kills, ${retries} retries`,
  );
});

it("a forged or late request is told from a webhook", async () => {
  server = await ServerProcess.start({ env: ENV });
  receiver = await Receiver.start(() => true);
  const { id, secret } = await must(server, "POST", "/v1/webhooks", { url: receiver.url });
  await must(server, "POST", `/v1/webhooks/${id}/test`);
  const [{ headers, body }] = receiver.calls as [Call];
  expect(verifyWebhook({ secret, headers, body: Buffer.from(body) })).toMatchObject({ event: "webhook.test" });
  const other = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
  const late = String(Number(headers["webhook-timestamp"]) - 400);
  for (const wrong of [
    { secret: other, headers, body },
    { secret, headers, body: body.replace("webhook.test", "branch.test") },
    { secret, headers: { ...headers, "webhook-id": "evt_other" }, body },
    { secret, headers: { ...headers, "webhook-timestamp": late }, body },
    { secret, headers: { ...headers, "webhook-signature": "v1,AAAA" }, body },
    { secret, headers: { ...headers, "webhook-signature": undefined }, body },
    { secret: "whsec_short", headers, body },
  ]) {
    expect(() => verifyWebhook(wrong)).toThrow();
  }
  expect((await call(server, "GET", "/v1/webhooks")).body.webhooks[0]).not.toHaveProperty("secret");
});

async function historyOf(target: ServerProcess, branch: string) {
  const entries = [];
  for (let cursor = ""; ; ) {
    const page = await must(target, "GET", `/v1/branches/${branch}/history?limit=500${cursor}`);
    entries.push(...page.history);
    if (page.next_cursor === null) return entries;
    cursor = `&cursor=${page.next_cursor}`;
  }
}

function nameOf({ path, event }: Call): string {
  const { branch_id, scn, table = "-" } = event.data;
  return `${path} ${branch_id} ${event.event} ${scn} ${table}`;
}

/** Where an event stands among those of its branch: by its time, which no two changes share, then by its part. */
function orderOf(id: string, body: string): bigint {
  const { timestamp } = JSON.parse(body) as { timestamp: string };
  const [seconds = "", fraction = ""] = timestamp.slice(0, -1).split(".");
  const micros = BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, "0"));
  return micros * 1000n + BigInt(id.split("_").at(-1)!);
}
