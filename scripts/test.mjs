import { build } from "./lib/build.mjs";
import { checkFloors, readFloors } from "./lib/floors.mjs";
import { drift } from "./lib/generated.mjs";
import { install } from "./lib/install.mjs";
import { ROOT } from "./lib/paths.mjs";
import { tool } from "./lib/run.mjs";
import { vitest } from "./lib/vitest.mjs";

/** The steps that ran, in order: { name, passed, failed, skipped, failures, seconds }. */
const results = [];

await all();
report();

async function all() {
  // Nothing after these two is meaningful if they fail.
  if (!(await check("install", async () => (await install()) === 0))) return;
  if (!(await check("build", async () => (await build()) === 0))) return;
  await check("lint", async () => (await tool("@biomejs/biome/bin/biome", ["check", "--error-on-warnings"])) === 0);
  await check("folders import downward", () => checkFloors(ROOT, readFloors()));
  await check("types of tests", async () => (await tool("typescript/bin/tsc", ["-p", "tsconfig.tests.json"])) === 0);
  await check("generated files are up to date", noDrift);
  await step("tests", () => vitest(process.argv.slice(2)));
}

async function noDrift() {
  const changed = await drift(build);
  if (changed === null) return false;
  for (const path of changed)
    console.error(`${path} is out of date: run "npm run generate" and commit what it writes.`);
  return changed.length === 0;
}

async function check(name, holds) {
  const counts = await step(name, async () => ((await holds()) ? { passed: 1 } : { failed: 1 }));
  return counts.failed === 0;
}

async function step(name, action) {
  console.log(`\n── ${name} ──`);
  const from = performance.now();
  let counts;
  try {
    counts = await action();
  } catch (error) {
    console.error(error);
    counts = { failed: 1 };
  }
  const result = {
    passed: 0,
    failed: 0,
    skipped: 0,
    failures: [],
    ...counts,
    name,
    seconds: (performance.now() - from) / 1000,
  };
  results.push(result);
  if (result.failed > 0) console.error(`✗ ${name} FAILED`);
  return result;
}

function report() {
  console.log("\n── total ──");
  for (const { name, seconds, ...counts } of results) {
    console.log(`${counts.failed > 0 ? "✗" : "✓"} ${name}: ${words(counts)} (${seconds.toFixed(1)} s)`);
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const total = { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
  const failed = results.filter((result) => result.failed > 0);
  if (failed.length > 0) console.error(`\nFAILED: ${failed.map((result) => result.name).join(", ")}`);
  // Again, for readers who only see the end of a long log.
  for (const { failures } of failed) for (const failure of failures) console.error(`✗ ${failure}`);
  console.log(`\n${words(total)}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

function words({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
