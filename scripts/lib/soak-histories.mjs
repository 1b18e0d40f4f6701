import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";
import { toolEnv } from "./run.mjs";
import { soakBatch } from "./soak-batch.mjs";

/** Tests of random histories, below packages/engine/test; most of them change the schema. */
const KINDS = [
  "model/schema",
  "model/rows",
  "definitions/definitions",
  "merged-schemas/merged-schemas",
  "model/rows",
  "transactions/interleaved",
];

/**
 * Plays model histories with new seeds until this many operations have been played, in this run and earlier ones together,
 * starting with the first seed in the first run. The progress is in .soak/state.json; delete that to begin again. Resolves
 * to an exit code.
 */
export async function soakHistories(operations = "5000000", processes = "2", firstSeed = "1") {
  const folder = join(ROOT, ".soak");
  const file = join(folder, "state.json");
  mkdirSync(folder, { recursive: true });
  const state = existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8"))
    : { nextSeed: Number(firstSeed), played: 0, seconds: 0, failed: [] };
  const began = performance.now() - state.seconds * 1000;
  let stopping = false;
  process.once("SIGINT", () => {
    stopping = true;
  });

  const work = async () => {
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
  };
  await Promise.all(Array.from({ length: Number(processes) }, work));

  console.log(`${state.played} operations in ${Math.round(state.seconds)} s, ${state.failed.length} failed`);
  for (const { seed, kind } of state.failed) {
    console.log(`  MODEL_SEED=${seed} npx vitest run --project engine test/${kind}.test`);
  }
  return state.failed.length > 0 ? 1 : 0;
}
