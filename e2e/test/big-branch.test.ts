import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { execute, must, query } from "../support/http.js";
import { LIMITS } from "../support/limits.js";
import { findSqliteShell, runProgram } from "../support/program.js";
import { ServerProcess } from "../support/server.js";

const shell = findSqliteShell();
const ROW_BYTES = 1000;
const ROWS = Math.floor(LIMITS.bigDatabaseBytes / ROW_BYTES);

let empty: ServerProcess;
let big: ServerProcess;
beforeAll(async () => {
  empty = await ServerProcess.start();
  big = await ServerProcess.start();
  await execute(big, "main", "CREATE TABLE blobs (id INTEGER PRIMARY KEY, n INTEGER, filler BLOB)");
  for (let from = 0; from < ROWS; from += 20_000) {
    const to = Math.min(from + 20_000, ROWS);
    await execute(
      big,
      "main",
      `WITH RECURSIVE i(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM i WHERE n + 1 < ${to})
       INSERT INTO blobs SELECT n, n % 7, randomblob(${ROW_BYTES}) FROM i`,
    );
  }
});
afterAll(async () => {
  await empty?.remove();
  await big?.remove();
});

async function timeToBranch(server: ServerProcess, prefix: string): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < 5; index++) {
    const from = performance.now();
    await must(server, "POST", "/v1/branches", { name: `${prefix}${index}` });
    times.push(performance.now() - from);
  }
  return times.sort((one, other) => one - other)[2]!;
}

it("a branch of a big database is made as an empty one's is, is isolated both ways, and is a file for sqlite3", async () => {
  const ofEmpty = await timeToBranch(empty, "copy");
  const ofBig = await timeToBranch(big, "copy");
  const megabytes = Math.round((ROWS * ROW_BYTES) / 1e6);
  console.log(`a branch of an empty database: ${ofEmpty.toFixed(1)} ms; of ${megabytes} MB: ${ofBig.toFixed(1)} ms`);

  await execute(big, "copy0", "UPDATE blobs SET n = 100 WHERE id = 1");
  await execute(big, "main", "UPDATE blobs SET n = 200 WHERE id = 2");
  const nOf = async (branch: string) =>
    (await query(big, branch, "SELECT n FROM blobs WHERE id IN (1, 2) ORDER BY id")).rows.map(
      (row: { n: number }) => row.n,
    );
  expect(await nOf("copy0")).toEqual([100, 2]);
  expect(await nOf("main")).toEqual([1, 200]);
  expect(await nOf("copy1")).toEqual([1, 2]);
});

it.skipIf(shell === null)("the branch that was written to is a file that the sqlite3 shell opens", async () => {
  await big.stop();
  const files = filesBelow(big.dataDir).filter((path) => path.endsWith(".db"));
  const answers = await Promise.all(
    files.map((file) =>
      runProgram(shell!, ["-readonly", file, "PRAGMA integrity_check; SELECT n FROM blobs WHERE id = 1"]),
    ),
  );
  const texts = answers.map((answer) => answer.stdout);
  expect(texts).toContain("ok\n100\n");
  expect(texts).toContain("ok\n1\n");
});

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
