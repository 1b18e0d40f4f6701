import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";
import { tool } from "./run.mjs";

const REPORT = join(ROOT, ".test-results/vitest.json");

/** Runs every test of every project; counts what ran, what failed and what was skipped. */
export async function vitest(args) {
  mkdirSync(join(ROOT, ".test-results"), { recursive: true });
  rmSync(REPORT, { force: true });
  const code = await tool("vitest/vitest.mjs", [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${REPORT}`,
    ...args,
  ]);
  const counts = existsSync(REPORT)
    ? countsOf(JSON.parse(readFileSync(REPORT, "utf8")))
    : { passed: 0, failed: 0, skipped: 0 };
  // An error outside any test (a file that can't be loaded, an unhandled rejection) fails the run too.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

function countsOf(report) {
  const unloadable = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
