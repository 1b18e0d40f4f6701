import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "../../../packages/store/test/support/postgres.js";
import { TestStore } from "../../../packages/store/test/support/test-store.js";
import { runProgram } from "../../support/program.js";
import { difference, runnableBlocks } from "../../support/runnable-docs.js";
import { freePort } from "../../support/server.js";

const ROOT = resolve(import.meta.dirname, "../../..");
const PAGE = "docs/cells.md";

describe.skipIf(PROGRAMS === null)("what the page about cells says to type", () => {
  let store: TestStore;
  const folder = mkdtempSync(join(tmpdir(), "helios-cell-docs-"));
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(async () => {
    await store?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it("works, and shows what the page says it shows", async () => {
    // Ports that differ in their last digit, and that nobody used a moment ago.
    const tens = Math.floor((await freePort()) / 10);
    const here = (text: string) =>
      text
        .replaceAll("postgres://postgres@localhost:5432/postgres", store.urls.join(","))
        .replaceAll(":5432", `:${store.primary.port}`)
        .replaceAll("808$i", `${tens}$i`)
        .replaceAll(/808([123])/g, `${tens}$1`);
    const blocks = runnableBlocks(readFileSync(join(ROOT, PAGE), "utf8"));
    const mark = "@@@ next block";
    const script = [
      "npx() {",
      `  if [ "$1" = helios ]; then shift; node ${join(ROOT, "apps/cli/bin/helios.js")} "$@"; return; fi`,
      // As npx does, it ends with the server that it starts.
      `  if [ $# = 1 ]; then exec node ${join(ROOT, "apps/server/bin/heliosdb.js")}; fi`,
      `  shift; node ${join(ROOT, "apps/server/bin/heliosdb.js")} "$@"`,
      "}",
      "export HELIOSDB_FRONTS=0",
      "trap 'kill -9 $(cat node-*.pid) 2> /dev/null || true' EXIT",
      ...blocks.map(({ script: text }) => `printf '\\n${mark}\\n'\n${here(text)}`),
    ].join("\n");
    const { code, stdout, stderr } = await runProgram("bash", ["--norc", "-eu", "-o", "pipefail", "-c", script], {
      cwd: folder,
      env: { XDG_CONFIG_HOME: join(folder, "config") },
    });
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    const outputs = stdout.split(`\n${mark}\n`).slice(1);
    for (const [index, { shown, line }] of blocks.entries()) {
      if (!shown) continue;
      expect(difference({ ...shown, text: here(shown.text) }, outputs[index] ?? ""), `${PAGE}:${line}`).toBeNull();
    }
  });
});
