import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { execute, query } from "../support/http.js";
import { findGo, findPython, type ProgramResult, runProgram, tutorialProgram } from "../support/program.js";
import { ServerProcess } from "../support/server.js";

const python = findPython();
const go = findGo();

let server: ServerProcess;
let folder: string;

beforeEach(async () => {
  server = await ServerProcess.start();
  folder = mkdtempSync(join(tmpdir(), "helios-programs-"));
});

afterEach(async () => {
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The table that the tutorial's clients expect to find on main. */
async function makeUsers(): Promise<void> {
  await execute(
    server,
    "main",
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, age INTEGER, created_at INTEGER)",
  );
  await execute(
    server,
    "main",
    "INSERT INTO users VALUES (1,'Alice','alice@example.com',30,1),(2,'Bob','bob@example.com',25,2),(3,'Cy','cy@example.com',41,3)",
  );
}

async function run(command: string, before: string[], program: string): Promise<ProgramResult> {
  const file = join(folder, program);
  writeFileSync(file, tutorialProgram(program, server.url));
  return runProgram(command, [...before, file], {
    env: { GOCACHE: join(tmpdir(), "helios-go-cache"), GOFLAGS: "-mod=mod" },
  });
}

describe("the tutorial's client programs run as printed, but for the server's address", () => {
  it.skipIf(python === null)("the complete working example (Python)", async () => {
    const result = await run(python!, [], "workflow.py");
    expect(result.stderr).toBe("");
    expect(result.code).toBe(0);
    expect(result.stdout.split("\n").filter((line) => line !== "")).toEqual([
      "=== HeliosDB-Lite REST API Workflow ===",
      "1. Creating feature branch...",
      " Created: feature-demo",
      "2. Creating products table...",
      " Table created",
      "3. Inserting sample data...",
      " Inserted 3 rows",
      "4. Querying data...",
      " Found 2 products over $10:",
      " - Gadget: $19.99",
      " - Doohickey: $14.99",
      "5. Merging feature-demo into main...",
      expect.stringMatching(/^ Successfully merged \d+ keys from 'feature-demo' into 'main' with no conflicts$/),
      "6. Verifying data in main branch...",
      " Total products in main: 3",
      "7. Cleaning up feature branch...",
      " Branch deleted",
      "=== Workflow Complete ===",
    ]);
    const left = await query(server, "main", "SELECT name, price FROM products ORDER BY id");
    expect(left.rows).toEqual([
      { name: "Widget", price: 9.99 },
      { name: "Gadget", price: 19.99 },
      { name: "Doohickey", price: 14.99 },
    ]);
  });

  it.skipIf(python === null)("the Python client", async () => {
    await makeUsers();
    const result = await run(python!, [], "client.py");
    expect(result).toEqual({
      code: 0,
      stderr: "",
      stdout: "Found 1 branches\nCreated branch: feature-xyz\nQuery returned 2 rows\nInserted 1 rows\n",
    });
    const rows = await query(server, "main", "SELECT name FROM users WHERE id = 500");
    expect(rows.rows).toEqual([{ name: "Alice" }]);
  });

  it("the JavaScript client", async () => {
    await makeUsers();
    const result = await run(process.execPath, [], "client.mjs");
    expect(result).toEqual({
      code: 0,
      stderr: "",
      stdout: "Found 1 branches\nCreated branch: feature-xyz\nQuery returned 2 rows\nInserted 1 rows\n",
    });
  });

  it.skipIf(go === null)("the Go client", async () => {
    await makeUsers();
    const result = await run(go!, ["run"], "client.go");
    expect(result).toEqual({ code: 0, stderr: "", stdout: "Found 1 branches\nQuery returned 3 rows\n" });
  });
});
