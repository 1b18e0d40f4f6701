import { setTimeout as sleep } from "node:timers/promises";
import type { DatabasePort } from "@heliosdb/port";
import { expect, it } from "vitest";
import { numbers, SLOW } from "../../port/conformance/case.js";
import type { EngineHost } from "../dist/index.js";
import { run, startHost, tempDir } from "./support/host.js";

/** What a call came to: its error's code, "done", or "waits" where nobody ever hears of it. */
async function outcome(work: Promise<unknown>): Promise<string> {
  const late = sleep(20_000, "waits", { ref: false });
  const settled = work.then(
    () => "done",
    (error: { code?: string }) => error.code ?? String(error),
  );
  return (await Promise.race([settled, late])) as string;
}

async function bytesOf(db: DatabasePort): Promise<Uint8Array[]> {
  const { bytes } = await db.exportFile({ branch: "main" });
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return parts;
}

async function* given(parts: readonly Uint8Array[]) {
  yield* parts;
}

/** Moments at which a database is dropped, in milliseconds after the work has begun. */
const MOMENTS = [0, 2, 5, 10, 20, 40, 80, 160];

it.each([
  ["a download", (host: EngineHost) => host.database("dropped").exportFile({ branch: "main" })],
  ["a backup", (host: EngineHost) => host.backup("b")],
])("%s does not wait for a database that is dropped while others keep the writer busy", async (_title, work) => {
  const dataDir = tempDir();
  const others = Array.from({ length: 3 }, (_, i) => `other${i}`);
  const first = await startHost({ dataDir });
  for (const id of ["dropped", "busy", ...others]) {
    const db = first.host.database(id);
    await run(db, "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    await db.createBranch({ name: "dev" });
    await run(db, "INSERT INTO t VALUES (1)", [], { branch: "dev" });
  }
  await first.host.close();
  const { host } = await startHost({ dataDir, writers: 1 });
  // What is asked meanwhile stands in line, and each database has one turn after the other.
  const busy = outcome(run(host.database("busy"), `INSERT INTO t ${SLOW.replace("count(*)", "max(x)")}`));
  await sleep(100);
  const waiting = outcome(work(host));
  const writes = others.flatMap((id) =>
    ["main", "dev"].map((branch) => outcome(run(host.database(id), "INSERT INTO t VALUES (7)", [], { branch }))),
  );
  await sleep(50);
  const dropped = outcome(host.dropDatabase("dropped"));
  expect(await Promise.all([busy, dropped, ...writes])).toEqual(Array(8).fill("done"));
  expect(await waiting).not.toBe("waits");
});

it("a database that is dropped under an import or a download leaves nobody waiting, and others are looked after", async () => {
  const { host, db } = await startHost({ maintenanceEveryMs: 20 });
  await run(db, "CREATE TABLE big (id INTEGER PRIMARY KEY, text)");
  await run(db, `INSERT INTO big SELECT x, hex(randomblob(500)) FROM (${numbers(20_000)})`);
  const file = await bytesOf(db);
  const outcomes = await Promise.all(
    MOMENTS.map(async (ms, i) => {
      const id = `dropped${i}`;
      const dropped = host.database(id);
      await dropped.importFile({ name: "first", author: "ann" }, given(file));
      const works = [
        outcome(dropped.importFile({ name: "second", author: "ann" }, given(file))),
        outcome(dropped.importFile({ name: "third", author: "ann", from: { branch: "first" } }, given(file))),
        outcome(dropped.exportFile({ branch: "first" }).then(({ close }) => close())),
        outcome(run(dropped, "UPDATE big SET text = ''", [], { branch: "first" })),
      ];
      await sleep(ms);
      return [await outcome(host.dropDatabase(id)), ...(await Promise.all(works))];
    }),
  );
  expect(outcomes.map(([first]) => first)).toEqual(MOMENTS.map(() => "done"));
  expect(outcomes.flat()).not.toContain("waits");
  const { id } = await db.createBranch({ name: "short", expiresAt: (Date.now() + 1000) * 1000 });
  await expect.poll(() => db.getBranch({ branch: id, deleted: true }).then(({ state }) => state)).toBe("deleted");
});
