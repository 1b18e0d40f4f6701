import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ROOT } from "./paths.mjs";
import { exitCode, tool, toolEnv } from "./run.mjs";

const RESULTS = join(ROOT, ".test-results");
const VITEST = "vitest/vitest.mjs";
const ENGINE_TESTS = "packages/engine/test";
const OTHERS = ["port", "journal", "client", "cli", "console", "e2e", "scripts"];
/** These wait for leases and for PostgreSQL most of the time. */
const CELLS = ["packages/store/", "packages/cell/", "e2e/test/cell/"];
const MODELS = ["model", "definitions", "merged-schemas", "mutations"];

/**
 * Runs every test of every project, or those that `args` name; counts what ran, what failed and what was skipped. Vitest
 * uses one of two cores, so two rows of groups run side by side. The models, which only compute, are played as soon as
 * one row has ended.
 */
export async function vitest(args) {
  mkdirSync(RESULTS, { recursive: true });
  if (args.length > 0) return group("named", args, shown);
  const [models, rest] = engineTests();
  const groups = [
    () => group("engine", [...projects("engine", "engine-alone"), ...rest], held),
    // These two wait for processes, pages and clocks much of the time, so two files run at once.
    () => group("others", [...projects(...OTHERS), "--exclude", "**/test/cell/**", "--maxWorkers=2"], shown),
    () => group("server", [...projects("server", "server-units"), "--maxWorkers=2"], held),
    () => group("server-with-fronts", projects("server-with-fronts"), held),
    () => group("cells", [...projects("store", "cell", "e2e"), ...CELLS, "--maxWorkers=2"], held),
  ];
  const results = [];
  let played = null;
  const row = async () => {
    for (let next = groups.shift(); next !== undefined; next = groups.shift()) results.push(await next());
    played ??= group("models", [...projects("engine"), ...models], heldBehind);
  };
  await Promise.all([row(), row()]);
  // The host relies on processes that start quickly, so nothing runs beside it but the models, which give way to it.
  results.push(await group("engine-host", [...projects("engine-host"), "--maxWorkers=2"], shown), await played);
  const sum = (key) => results.reduce((total, counts) => total + counts[key], 0);
  const failures = results.flatMap((counts) => counts.failures);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped"), failures };
}

/** The engine's tests in two parts, as paths: those that play random histories, and the rest. */
function engineTests() {
  const all = readdirSync(join(ROOT, ENGINE_TESTS));
  const paths = (names) => names.map((name) => `${ENGINE_TESTS}/${name}${name.includes(".") ? "" : "/"}`);
  return [paths(MODELS), paths(all.filter((name) => !MODELS.includes(name)))];
}

function projects(...names) {
  return names.flatMap((name) => ["--project", name]);
}

async function group(name, args, start) {
  const report = join(RESULTS, `${name}.json`);
  rmSync(report, { force: true });
  const code = await start(["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...args]);
  const counts = existsSync(report)
    ? countsOf(JSON.parse(readFileSync(report, "utf8")))
    : { passed: 0, failed: 0, skipped: 0, failures: [] };
  // An error outside any test (a file that can't be loaded, an unhandled rejection) fails the run too.
  if (code !== 0 && counts.failed === 0) {
    counts.failed = 1;
    counts.failures.push(`${name}: exit code ${code}, though no test failed`);
  }
  return counts;
}

function shown(args) {
  return tool(VITEST, args);
}

/** Shows the output in one piece when the run has ended. */
function held(args) {
  return run(args);
}

/** The same, with what time of the cores others leave. */
function heldBehind(args) {
  return run(args, (pid) => setPriority(pid, constants.priority.PRIORITY_LOW));
}

function run(args, onStart = () => {}) {
  return new Promise((done, fail) => {
    const stdio = ["ignore", "pipe", "pipe"];
    const child = spawn(process.execPath, [join(ROOT, "node_modules", VITEST), ...args], {
      cwd: ROOT,
      env: toolEnv(),
      stdio,
    });
    if (child.pid !== undefined) onStart(child.pid);
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => output.push(part));
    child.once("error", fail);
    child.once("close", (code, signal) => {
      process.stdout.write(Buffer.concat(output));
      done(exitCode(code, signal));
    });
  });
}

function countsOf(report) {
  const unloadable = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(failuresOf),
  };
}

/** The failures in a test file: where, and the beginning of the first reason. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(ROOT, name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (failed.length === 0) return status === "failed" ? [`${file}\n${beginning(message)}`] : [];
  return failed.map((test) => `${file} > ${test.fullName}\n${beginning(test.failureMessages[0])}`);
}

function beginning(text) {
  return stripVTControlCharacters(text ?? "")
    .split("\n")
    .filter((line) => !line.includes("node_modules"))
    .slice(0, 12)
    .map((line) => `    ${line.slice(0, 300)}`)
    .join("\n");
}
