import { afterAll, beforeAll, expect, it } from "vitest";
import { execute, must, query } from "../support/http.js";
import { LIMITS } from "../support/limits.js";
import { Model } from "../support/model.js";
import { ServerProcess } from "../support/server.js";

const CALLERS = 8;
const BRANCHES = 10;
const KEYS = 200;
const READ = "SELECT k, v FROM kv ORDER BY k";

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start();
});
afterAll(() => server?.remove());

interface Observed {
  readonly branch: string;
  readonly scn: number;
  readonly rows: unknown;
}

it(`${CALLERS} callers write to ${BRANCHES} branches; every branch is what they were told, now and in the past`, async () => {
  const model = new Model();
  const observed: Observed[] = [];
  const branches = ["main"];
  await execute(server, "main", "CREATE TABLE kv (k INTEGER PRIMARY KEY, v TEXT NOT NULL)");

  const until = Date.now() + LIMITS.mixedLoadMs;
  await Promise.all([
    makeBranches(),
    ...Array.from({ length: CALLERS }, async (_, caller) => {
      const random = randomFrom(caller + 1);
      for (let step = 0; Date.now() < until; step++) await act(random, `c${caller}s${step}`);
    }),
  ]);

  const writes = branches.flatMap((branch) => model.scns(branch));
  console.log(`${writes.length} writes and ${observed.length} reads on ${branches.length} branches`);
  expect(branches).toHaveLength(BRANCHES);
  expect(writes.length).toBeGreaterThan(CALLERS * 10);
  expect(new Set(writes).size).toBe(writes.length);

  for (const branch of branches) {
    expect((await query(server, branch, READ)).rows, `${branch} now`).toEqual(model.rowsAt(branch));
  }
  for (const { branch, scn, rows } of observed) {
    expect(rows, `what was read on ${branch} at ${scn}`).toEqual(model.rowsAt(branch, scn));
  }
  const random = randomFrom(99);
  for (let sample = 0; sample < LIMITS.sampledPoints; sample++) {
    const branch = pick(branches, random);
    const scn = pick(writes, random);
    const past = await query(server, branch, READ, { type: "scn", value: scn });
    expect(past.scn, `${branch} at scn ${scn}`).toBeLessThanOrEqual(scn);
    expect(past.rows, `${branch} at scn ${scn}`).toEqual(model.rowsAt(branch, scn));
  }

  /** Forks branches from main while it is written to. */
  async function makeBranches(): Promise<void> {
    for (let number = 1; number < BRANCHES; number++) {
      await new Promise((done) => setTimeout(done, LIMITS.mixedLoadMs / BRANCHES / 2));
      const name = `branch-${number}`;
      const made = await must(server, "POST", "/v1/branches", { name, parent: "main" });
      model.addBranch(name, "main", made.scn);
      branches.push(name);
    }
  }

  /** One step of one caller: mostly writes, by SQL and by rows, and a read now and then. */
  async function act(random: () => number, value: string): Promise<void> {
    const branch = pick(branches, random);
    const key = Math.floor(random() * KEYS);
    const data = `/v1/branches/${branch}/tables/kv/data`;
    const kind = random();
    if (kind < 0.4) {
      const sql = "INSERT INTO kv VALUES ($1, $2) ON CONFLICT (k) DO UPDATE SET v = excluded.v";
      const { scn } = await execute(server, branch, sql, [key, value]);
      model.record(branch, { scn, key, value });
    } else if (kind < 0.65) {
      const { scn } = await must(server, "POST", data, { rows: [{ k: key, v: value }], on_conflict: "update" });
      model.record(branch, { scn, key, value });
    } else if (kind < 0.85) {
      const { scn, deleted } = await must(server, "DELETE", data, { filter: `k = ${key}` });
      // A delete that found nothing made no commit of its own.
      if (deleted > 0) model.record(branch, { scn, key, value: null });
    } else if (kind < 0.95 || observed.length >= 300) {
      const { scn, updated } = await must(server, "PUT", data, { filter: `k = ${key}`, values: { v: value } });
      if (updated > 0) model.record(branch, { scn, key, value });
    } else {
      const { scn, rows } = await query(server, branch, READ);
      observed.push({ branch, scn, rows });
    }
  }
});

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)]!;
}

/** A sequence that is the same in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
