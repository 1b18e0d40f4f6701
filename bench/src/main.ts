import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { branchCreate } from "./benchmarks/branch-create.js";
import { bulkInsert } from "./benchmarks/bulk-insert.js";
import { bulkUpdate } from "./benchmarks/bulk-update.js";
import { cellHttp } from "./benchmarks/cell-http.js";
import { cellRecovery } from "./benchmarks/cell-recovery.js";
import { deepChain } from "./benchmarks/deep-chain.js";
import { diff } from "./benchmarks/diff.js";
import { engineCommit } from "./benchmarks/engine-commit.js";
import { firstWrite } from "./benchmarks/first-write.js";
import { firstWrite2Gb } from "./benchmarks/first-write-2gb.js";
import { httpCores } from "./benchmarks/http-cores.js";
import { httpGrowth } from "./benchmarks/http-growth.js";
import { httpInsert } from "./benchmarks/http-insert.js";
import { httpLibsql } from "./benchmarks/http-libsql.js";
import { httpLoads } from "./benchmarks/http-loads.js";
import { httpPoint } from "./benchmarks/http-point.js";
import { httpTransaction } from "./benchmarks/http-transaction.js";
import { importCsv } from "./benchmarks/import-csv.js";
import { longHistory } from "./benchmarks/long-history.js";
import { maintenance } from "./benchmarks/maintenance.js";
import { manyBranches } from "./benchmarks/many-branches.js";
import { merge } from "./benchmarks/merge.js";
import { prune } from "./benchmarks/prune.js";
import { readNow } from "./benchmarks/read-now.js";
import { readPast } from "./benchmarks/read-past.js";
import { restore } from "./benchmarks/restore.js";
import { rqliteApi } from "./benchmarks/rqlite-api.js";
import { start } from "./benchmarks/start.js";
import { writeDocument } from "./document/write.js";
import type { Benchmark, Details } from "./support/benchmark.js";
import { printTable, type Result, writeResults } from "./support/report.js";

const BENCHMARKS: readonly Benchmark[] = [
  engineCommit,
  bulkInsert,
  bulkUpdate,
  readNow,
  readPast,
  branchCreate,
  firstWrite,
  firstWrite2Gb,
  merge,
  diff,
  restore,
  longHistory,
  deepChain,
  manyBranches,
  maintenance,
  prune,
  start,
  importCsv,
  httpLoads,
  httpGrowth,
  httpPoint,
  httpInsert,
  httpCores,
  httpLibsql,
  httpTransaction,
  rqliteApi,
  cellHttp,
  cellRecovery,
];
const NAMES = BENCHMARKS.map(({ name }) => name).join(", ");
const USAGE = `Usage: npm run bench -- [--only NAME]... [--quick] | --publish

  --only NAME  run this benchmark only; may be given several times
               ${NAMES}
               (first-write-2gb is run only if named)
  --publish    put the results into docs/benchmarks.md and its charts; only for all benchmarks together
  --quick      small data, few rounds: shows that all runs; not for quoting

The data lies in the folder that HELIOS_BENCH_DIR names, else in the system's folder for temporary files.`;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    quick: { type: "boolean", default: false },
    publish: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(USAGE);
else if (values.publish && (values.quick || values.only.length > 0)) {
  console.error(`--publish is for a whole run.\n\n${USAGE}`);
  process.exitCode = 2;
} else await run(chosen(values.only), values.quick, values.publish);

function chosen(only: readonly string[]): readonly Benchmark[] {
  for (const name of only) {
    if (!BENCHMARKS.some((benchmark) => benchmark.name === name)) {
      console.error(`There is no benchmark "${name}".\n\n${USAGE}`);
      process.exit(2);
    }
  }
  return only.length === 0
    ? BENCHMARKS.filter(({ onDemand }) => !onDemand)
    : BENCHMARKS.filter(({ name }) => only.includes(name));
}

async function run(benchmarks: readonly Benchmark[], quick: boolean, publish: boolean): Promise<void> {
  const results: Result[] = [];
  let details: Details | null = null;
  const record = (found: Details) => {
    details = found;
  };
  for (const benchmark of benchmarks) {
    const folder = mkdtempSync(join(process.env.HELIOS_BENCH_DIR ?? tmpdir(), `helios-bench-${benchmark.name}-`));
    process.stderr.write(`${benchmark.name} …\n`);
    try {
      const skipped = (await benchmark.problem?.()) ?? null;
      if (skipped !== null) results.push({ benchmark: benchmark.name, what: benchmark.name, skipped });
      else
        for (const row of await benchmark.run({ quick, folder, record }))
          results.push({ benchmark: benchmark.name, ...row });
    } catch (error) {
      results.push({
        benchmark: benchmark.name,
        what: "failed",
        skipped: error instanceof Error ? error.message : String(error),
      });
      process.exitCode = 1;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  printTable(results);
  const folder = fileURLToPath(new URL("../results", import.meta.url));
  const written = writeResults(folder, results, details, quick);
  console.log(`\nWritten to ${written}`);
  if (!publish) return;
  const docs = fileURLToPath(new URL("../../docs", import.meta.url));
  mkdirSync(join(docs, "benchmarks"), { recursive: true });
  copyFileSync(written, join(docs, "benchmarks/results.json"));
  writeDocument(docs);
}
