import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { HeliosDBClient } from "@heliosdb/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { runProgram } from "../../support/program.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

const ROOT = resolve(import.meta.dirname, "../../..");
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

let server: ServerProcess;
let helios: Helios;
let folder: string;
let firstScn: number;

beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  const client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
  const made = await client.sql.execute(
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER, photo BLOB, note)",
  );
  firstScn = made.scn;
  await client.sql.execute(`CREATE TABLE "odd ""name"" */" ("a b" INT NOT NULL, "class" TEXT, "__proto__" REAL)`);
  await client.data.insert("main", "users", [
    { id: 2n ** 53n + 1n, name: "Ann", photo: new Uint8Array([1, 2]), note: 7 },
  ]);
  await client.close();
  folder = mkdtempSync(join(tmpdir(), "helios-types-"));
  mkdirSync(join(folder, "node_modules/@heliosdb"), { recursive: true });
  symlinkSync(join(ROOT, "packages/client"), join(folder, "node_modules/@heliosdb/client"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const compilerOptions = { strict: true, module: "NodeNext", target: "ES2022", lib: ["ES2023", "DOM"], types: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
});
afterAll(async () => {
  helios?.remove();
  await server?.remove();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Its errors are expected, or the compiler complains. */
const PROGRAM = `
import { HeliosDBClient } from "@heliosdb/client";
import type { Tables } from "./db.js";

const client = new HeliosDBClient({ baseUrl: process.argv[2]!, apiKey: process.argv[3]!, integers: "bigint", blobs: "bytes" });
const users = client.branch("main").table<Tables["users"]>("users");
const { rows } = await users.page();
const id: bigint = rows[0]!.id;
const photo: Uint8Array | null = rows[0]!.photo;
console.log(id, photo?.length, rows[0]!.note);
// @ts-expect-error: age may be null
const next = () => rows[0]!.age + 1n;
// @ts-expect-error: there is no such column
const insert = () => users.insert([{ nme: "Bob" }]);
const bob: Partial<Tables["users"]> = { id: 2n, name: "Bob" };
await users.insert([bob]);
await users.update({ filter: "id = 2", values: { age: 41 } });
const found = await client.sql.query<Pick<Tables["users"], "age">>("SELECT age FROM users WHERE id = 2");
const age: bigint | null = found.rows[0]!.age;
console.log(age);
const odd: Tables['odd "name" */'] = { "a b": 1n, class: null, ["__proto__"]: null };
console.log(Object.keys(odd).length);
await client.close();
declare const process: { argv: string[] };
`;

describe("helios types", () => {
  it("writes types that a program with the client compiles and runs with", async () => {
    const { stdout, stderr, code } = await helios.run(["types", "--integers", "bigint", "--blobs", "bytes"]);
    expect([code, stderr]).toEqual([0, ""]);
    writeFileSync(join(folder, "db.ts"), stdout);
    writeFileSync(join(folder, "main.ts"), PROGRAM);
    const compiled = await runProgram(process.execPath, [TSC, "-p", "."], { cwd: folder });
    expect(compiled.stdout).toBe("");
    const result = await runProgram(process.execPath, ["main.js", server.url, API_KEY], { cwd: folder });
    expect(result).toEqual({ code: 0, stderr: "", stdout: "9007199254740993n 2 7n\n41n\n3\n" });
  });

  it("writes those of a point in time, with numbers by default", async () => {
    const { stdout } = await helios.run(["types", "--branch", `main@scn:${firstScn}`]);
    expect(stdout).toBe(`// Written by "helios types". For clients with integers: "number" and blobs: "base64".

export interface Users {
  id: number;
  name: string;
  age: number | null;
  photo: string | null;
  note: number | string | null;
}

export interface Tables {
  users: Users;
}
`);
  });

  it("takes no other form", async () => {
    const { code, stderr } = await helios.run(["types", "--integers", "int"]);
    expect(code).toBe(2);
    expect(stderr).toContain("number, bigint, string");
  });
});
