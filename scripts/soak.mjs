import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./lib/build.mjs";
import { install } from "./lib/install.mjs";
import { ROOT } from "./lib/paths.mjs";
import { toolEnv } from "./lib/run.mjs";
import { soakBatch } from "./lib/soak-batch.mjs";

// npm run soak [-- OPERATIONS [PROCESSES [SEED]]]: plays model histories with new seeds until this many operations have
// been played, in this run and earlier ones together, starting with SEED in the first run. Its progress is in
// .soak/state.json; delete that to begin again.
const [operations = "5000000", processes = "2", firstSeed = "1"] = process.argv.slice(2);
/** Tests of random histories, below packages/engine/test; most of them change the schema. */
const KINDS = [
  "model/schema",
  "model/rows",
  "definitions/definitions",
  "merged-schemas/merged-schemas",
  "model/rows",
  "transactions/interleaved",
];
const folder = join(ROOT, ".soak");
const file = join(folder, "state.json");

const code = (await install()) || (await build());
if (code !== 0) process.exit(code);
mkdirSync(folder, { recursive: true });
const state = existsSync(file)
  ? JSON.parse(readFileSync(file, "utf8"))
  : { nextSeed: Number(firstSeed), played: 0, seconds: 0, failed: [] };
const began = performance.now() - state.seconds * 1000;
let stopping = false;
process.once("SIGINT", () => {
  stopping = true;
});

await Promise.all(Array.from({ length: Number(processes) }, work));
console.log(`${state.played} operations in ${Math.round(state.seconds)} s, ${state.failed.length} failed`);
for (const { seed, kind } of state.failed) {
  console.log(`  MODEL_SEED=${seed} npx vitest run --project engine test/${kind}.test`);
}
process.exit(state.failed.length > 0 ? 1 : 0);

async function work() {
  while (!stopping && state.played < Number(operations)) {
    const seed = state.nextSeed++;
    const kind = KINDS[seed % KINDS.length];
    const report = join(folder, `report-${seed}`);
    const { played, failed } = await soakBatch(kind, seed, report, toolEnv());
    rmSync(report, { force: true });
    state.played += played;
    state.seconds = (performance.now() - began) / 1000;
    if (failed !== null) {
      state.failed.push({ seed, kind });
      console.error(failed);
    }
    writeFileSync(file, JSON.stringify(state, null, 2));
    console.log(`seed ${seed} (${kind}): ${played} operations, ${state.played} in all`);
  }
}
