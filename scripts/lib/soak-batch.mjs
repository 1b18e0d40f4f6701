import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

/** Histories in one process; a failure ends its batch. */
const HISTORIES = 200;
/** Number of lines of a failure that are shown. */
const SHOWN = 40;

/** Plays one batch in a separate process: { played, failed }, where `failed` is the test's output, or null. */
export function soakBatch(kind, seed, report, env) {
  const settings = {
    MODEL_SEED: String(seed),
    MODEL_RUNS: String(HISTORIES),
    MODEL_REPORT: report,
    MODEL_NO_SHRINK: "1",
  };
  return new Promise((done, fail) => {
    const child = spawn(
      process.execPath,
      [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--project", "engine", `test/${kind}.test`],
      { cwd: ROOT, env: { ...env, ...settings }, stdio: ["ignore", "pipe", "pipe"] },
    );
    let output = "";
    const keep = (part) => {
      output += part;
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", fail);
    child.once("exit", (code) => {
      const played = existsSync(report) ? JSON.parse(readFileSync(report, "utf8").trim()).played : 0;
      done({ played, failed: code === 0 ? null : shortened(output) });
    });
  });
}

/** Without the steps of the history, which its seed reproduces. */
function shortened(output) {
  const lines = output.split("\n").filter((line) => !line.includes("Counterexample"));
  return lines.slice(0, SHOWN).join("\n");
}
