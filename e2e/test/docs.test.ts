import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { findPython, findPythonWithPip, runProgram } from "../support/program.js";
import { difference, type RunnableBlock, runnableBlocks } from "../support/runnable-docs.js";
import { ServerProcess } from "../support/server.js";

const ROOT = resolve(import.meta.dirname, "../..");
/** What a page needs beside Node. Where it is missing, the page is left out. */
const NEEDS: Readonly<Record<string, () => string | null>> = {
  "docs/python.md": findPythonWithPip,
  "docs/from-rest-to-sdk.md": findPython,
};
const PAGES = ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)]
  .filter((path) => path.endsWith(".md"))
  .filter((path) => NEEDS[path]?.() !== null)
  // It starts from the packages, so packages.test.ts runs it.
  .filter((path) => path !== "docs/first-ten-minutes.md")
  // It needs a store, so cell/docs.test.ts runs it.
  .filter((path) => path !== "docs/cells.md")
  .map((path) => ({ path, blocks: runnableBlocks(readFileSync(join(ROOT, path), "utf8")) }));

/** The key is made at the first start, and the page about webhooks has its receiver on this machine. */
const ENV = { HELIOSDB_ADMIN_API_KEY: "", HELIOSDB_WEBHOOK_ALLOW: "127.0.0.1" };

let server: ServerProcess | undefined;
let folder: string | undefined;
afterEach(async () => {
  await server?.remove();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

describe("what the documentation says to type works, and shows what the documentation says it shows", () => {
  it("the pages hold blocks to run", () => {
    expect(PAGES.filter((page) => page.blocks.length > 0).length).toBeGreaterThanOrEqual(8);
  });

  it.each(PAGES.filter((page) => page.blocks.length > 0))("$path", async ({ path, blocks }) => {
    folder = mkdtempSync(join(tmpdir(), "helios-docs-"));
    // As after `npm start` in a fresh checkout: the key was made at the first start and lies in the data folder.
    server = await ServerProcess.start({ dataDir: join(folder, "data"), env: ENV });
    const outputs = await runBlocks(blocks, folder, server.url);
    for (const [index, block] of blocks.entries()) {
      if (block.shown) expect(difference(block.shown, outputs[index] ?? ""), `${path}:${block.line}`).toBeNull();
    }
  });
});

/** Runs all blocks of a page in one shell, as a reader would who pastes one after the other. */
async function runBlocks(blocks: readonly RunnableBlock[], folder: string, url: string): Promise<string[]> {
  makeCheckout(folder);
  const mark = "@@@ next block";
  const script = [
    // A refused request is a failure here, though curl itself takes it for an answer.
    `curl() { command curl --silent --show-error --fail-with-body "$@"; }`,
    `npx() { [ "$1" = helios ] && shift && node ${join(ROOT, "apps/cli/bin/helios.js")} "$@"; }`,
    ...blocks.map(
      (block) => `printf '\\n${mark} ${block.line}\\n'\n${block.script.replaceAll("http://localhost:8080", url)}`,
    ),
  ].join("\n");
  const result = await runProgram("bash", ["--norc", "-eu", "-o", "pipefail", "-c", script], {
    cwd: folder,
    env: {
      HELIOSDB_URL: url,
      XDG_CONFIG_HOME: join(folder, "config"),
      PYTHONPATH: join(ROOT, "clients/python/src"),
      PYTHONDONTWRITEBYTECODE: "1",
    },
  });
  const outputs = result.stdout.split(new RegExp(`\\n${mark} \\d+\\n`));
  if (result.code !== 0) {
    const line = blocks[outputs.length - 2]?.line;
    throw new Error(`the block at line ${line} ended with ${result.code}:\n${outputs.at(-1)}\n${result.stderr}`);
  }
  return outputs.slice(1);
}

/** The packages that a checkout's own scripts can import. */
function makeCheckout(folder: string): void {
  mkdirSync(join(folder, "node_modules/@heliosdb"), { recursive: true });
  symlinkSync(join(ROOT, "packages/client"), join(folder, "node_modules/@heliosdb/client"));
  symlinkSync(join(ROOT, "apps/server"), join(folder, "node_modules/@heliosdb/server"));
  // Those that a page tells its reader to have.
  for (const name of ["@libsql", "drizzle-orm", "kysely"]) {
    symlinkSync(join(ROOT, "e2e/node_modules", name), join(folder, "node_modules", name));
  }
}
