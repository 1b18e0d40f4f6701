import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import type { Mutation } from "./mutation.js";

const ENGINE = join(dirname(fileURLToPath(import.meta.url)), "../..");
const SOURCES = join(ENGINE, "src");
/** Inside the package, so that its dependencies are found from there. */
const MUTANTS = join(ENGINE, ".mutants", String(process.pid));
const WHOLE = join(MUTANTS, "whole");
/** What is compiled: the engine, and what plays on it. */
const PARTS = [
  "src",
  "test/model",
  "test/definitions",
  "test/merged-schemas",
  "test/transactions",
  "test/support",
  "test/mutations",
];

/** Compiles the engine and its players once, each file alone, so that a mutant takes one file more. */
export function compileAll(): void {
  for (const part of PARTS) {
    for (const file of sourcesIn(join(ENGINE, part))) {
      if (file.endsWith(".test.ts")) continue;
      write(join(WHOLE, part, file), readFileSync(join(ENGINE, part, file), "utf8"));
    }
  }
}

export function removeMutants(): void {
  rmSync(MUTANTS, { recursive: true, force: true });
}

/** The one file that a mutation changes. Throws where the text to be replaced does not occur once in the sources. */
export function placeOf({ find }: Pick<Mutation, "find">): { readonly file: string; readonly text: string } {
  const found = sourcesIn(SOURCES).flatMap((file) => {
    const text = readFileSync(join(SOURCES, file), "utf8");
    return text
      .split(find)
      .slice(1)
      .map(() => ({ file, text }));
  });
  if (found.length !== 1) throw new Error(`"${find}" must occur once in the sources; it occurs ${found.length} times`);
  return found[0]!;
}

/** Copies the engine and breaks the copy. */
export function makeMutant({ name, find, replace }: Mutation): string {
  const { file, text } = placeOf({ find });
  const folder = join(MUTANTS, name.replaceAll(/\W+/g, "-"));
  cpSync(WHOLE, folder, { recursive: true });
  write(
    join(folder, "src", file),
    text.replace(find, () => replace),
  );
  return folder;
}

/** Of the histories that all players take. */
const SEED = "20261121";

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** Lets a player play on a mutant, in a process that ends when it has found something or is through. */
export function play(folder: string, { player, among }: Mutation): Promise<Outcome> {
  const env = { ...process.env, MODEL_NO_SHRINK: "1", MODEL_SEED: SEED };
  if (among) Object.assign(env, { MODEL_AMONG: among.join() });
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(folder, "test/mutations/players.js"), player], { env });
    let output = "";
    const keep = (part: Buffer) => {
      output += part.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", fail);
    child.once("exit", (code) => {
      rmSync(folder, { recursive: true, force: true });
      done({ code, output });
    });
  });
}

function sourcesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith(".ts"));
}

function write(path: string, source: string): void {
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path.replace(/\.ts$/, ".js"), ts.transpileModule(source, { compilerOptions: options }).outputText);
}
