import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startHelios } from "../http/servers.js";
import type { Benchmark } from "../support/benchmark.js";
import { sideBySide } from "../support/timing.js";

const COLUMNS = "id INTEGER PRIMARY KEY, name TEXT, email TEXT, score REAL, city TEXT";
/** The command, as it ships. */
const HELIOS = fileURLToPath(new URL("../../../apps/cli/bin/helios.js", import.meta.url));

/** A CSV file into a table by the `helios` command, compared with the `sqlite3` shell. */
export const importCsv: Benchmark = {
  name: "import-csv",
  async problem() {
    try {
      execFileSync("sqlite3", ["--version"], { stdio: "ignore" });
      return null;
    } catch {
      return "the sqlite3 shell is not installed (the Debian package is called sqlite3)";
    }
  },
  async run({ quick, folder }) {
    const rows = quick ? 20_000 : 1_000_000;
    const csv = `${folder}/rows.csv`;
    writeFileSync(csv, csvOf(rows));
    const server = await startHelios(`${folder}/helios`);
    try {
      const tables = async (round: number) => {
        const sql = `CREATE TABLE rows${round} (${COLUMNS})`;
        await server.post("/v1/branches/main/execute", { sql });
        execFileSync("sqlite3", [`${folder}/shell.db`, sql]);
      };
      const rounds = quick ? 1 : 3;
      for (let round = 0; round <= rounds; round++) await tables(round);
      const env = { ...process.env, HELIOSDB_URL: server.origin };
      const figures = await sideBySide(
        rounds,
        (round) =>
          execFileSync(process.execPath, [HELIOS, "import", csv, "--table", `rows${round}`], { env, stdio: "ignore" }),
        (round) => execFileSync("sqlite3", [`${folder}/shell.db`, `.import --csv --skip 1 ${csv} rows${round}`]),
      );
      const what = `import of ${rows.toLocaleString("en")} CSV rows by the command`;
      return [{ what, against: "sqlite3 .import", unit: "ms", ...figures, target: { most: 2.5 } }];
    } finally {
      await server.stop();
    }
  },
};

function csvOf(rows: number): string {
  const lines = ["id,name,email,score,city"];
  for (let id = 1; id <= rows; id++)
    lines.push(`${id},User ${id},user${id}@example.com,${id * 0.5},"Town, ${id % 100}"`);
  return `${lines.join("\n")}\n`;
}
