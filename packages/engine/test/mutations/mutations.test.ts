import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { MUTATIONS, type Mutation } from "./mutations.js";

const ENGINE = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** Inside the package, so that its dependencies are found from there. */
const MUTANTS = join(ENGINE, ".mutants");
const VITEST = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
/** Histories that the model may take; the slowest needs a tenth of them. */
const HISTORIES = 400;

afterAll(() => rmSync(MUTANTS, { recursive: true, force: true }));

/** Copies the engine with its model and breaks the copy. */
function mutant({ name, file, find, replace }: Mutation): string {
  const folder = join(MUTANTS, name.replaceAll(/\W+/g, "-"));
  mkdirSync(folder, { recursive: true });
  for (const part of ["src", "test/model", "test/support", "vitest.config.ts"]) {
    cpSync(join(ENGINE, part), join(folder, part), { recursive: true });
  }
  const path = join(folder, "src", file);
  const text = readFileSync(path, "utf8");
  expect(text.split(find), `"${find}" must occur once in ${file}`).toHaveLength(2);
  writeFileSync(
    path,
    text.replace(find, () => replace),
  );
  return folder;
}

function playModel(folder: string, model: string): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env, MODEL_RUNS: String(HISTORIES), MODEL_NO_SHRINK: "1", MODEL_SEED: "20261121" };
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [VITEST, "run", "--root", folder, `test/model/${model}.test.ts`], { env });
    let output = "";
    const keep = (part: Buffer) => {
      output += part.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", fail);
    child.once("exit", (code) => done({ code, output }));
  });
}

describe("the model finds out when", () => {
  it.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))(
    "%s",
    async (_, mutation) => {
      const { code, output } = await playModel(mutant(mutation), mutation.model);
      expect(output).toMatch(/Property failed after \d+ tests/);
      // Found by what it does, and not because it can't run at all.
      expect(output).not.toMatch(/Caused by: (Type|Syntax|Reference)Error/);
      expect(code).toBe(1);
    },
    300_000,
  );
});
