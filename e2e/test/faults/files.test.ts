import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Connection, type Reply } from "../../faults/connection.js";
import { DAMAGES, filesOf } from "../../faults/damage.js";
import { figures, IS_SOAK } from "../../faults/times.js";
import { ServerProcess } from "../../support/server.js";

/** Data folders with two tenants, branches and a snapshot: after an ordinary end, and with the logs that a kill leaves. */
let ended: string;
let killed: string;
let otherKey: string;
const folders: string[] = [];

async function must(reply: Promise<Reply>): Promise<Reply> {
  const found = await reply;
  if (found.status >= 300) throw new Error(`${found.status} ${JSON.stringify(found.body)}`);
  return found;
}

const ENV = { HELIOSDB_ADMIN_API_KEY: "" };

beforeAll(async () => {
  ended = mkdtempSync(join(tmpdir(), "helios-ended-"));
  killed = mkdtempSync(join(tmpdir(), "helios-killed-"));
  folders.push(ended, killed);
  let server = await ServerProcess.start({ dataDir: ended, env: ENV });
  const connection = new Connection(server.url, keyOf(ended));
  const run = (branch: string, sql: string) => must(connection.execute(branch, sql));
  const numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)";
  await run("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
  await run("main", `${numbers} INSERT INTO t SELECT i, printf('%200d', i) FROM n`);
  await must(connection.send("POST", "/v1/branches/main/snapshots", { name: "kept" }));
  await must(connection.send("POST", "/v1/branches", { name: "dev" }));
  await run("dev", "UPDATE t SET v = v || 'dev'");
  await must(connection.send("POST", "/v1/tenants", { name: "other" }));
  const made = await must(
    connection.send("POST", "/v1/auth/keys", { name: "o", scopes: ["admin"], tenant_id: "other" }),
  );
  otherKey = made.body.key;
  const other = new Connection(server.url, otherKey);
  await must(other.execute("main", "CREATE TABLE t (v TEXT)"));
  // A place that these follow is told from the end of a log.
  for (const v of ["a", "b", "c", "d"]) await must(other.execute("main", `INSERT INTO t VALUES ('${v}')`));
  await run("main", "UPDATE t SET v = v || 'again' WHERE id < 9");
  for (const one of [connection, other]) one.cut();
  await server.kill();
  cpSync(ended, killed, { recursive: true });
  server = await ServerProcess.start({ dataDir: ended, env: ENV });
  await server.stop();
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Seen {
  /** What the start command said where it did not start, or null. */
  readonly refused: string | null;
  /** Status and code of a read and a write, by whom and on which branch. */
  readonly answers: Readonly<Record<string, string>>;
  readonly output: string;
}

const keyOf = (dataDir: string) => readFileSync(join(dataDir, "admin.key"), "utf8").trim();

/** Starts a server on a folder, and reads and writes all that there is. */
async function tryOut(dataDir: string): Promise<Seen> {
  let server: ServerProcess;
  try {
    server = await ServerProcess.start({ dataDir, env: ENV });
  } catch (error) {
    return { refused: (error as Error).message, answers: {}, output: (error as Error).message };
  }
  const answers: Record<string, string> = {};
  const key = keyOf(dataDir);
  try {
    for (const [who, secret, branch] of [
      ["default", key, "main"],
      ["default", key, "dev"],
      ["other", otherKey, "main"],
    ] as const) {
      const connection = new Connection(server.url, secret);
      const read = await connection.query(branch, "SELECT count(*), sum(length(v)) FROM t");
      const write = await connection.execute(branch, "INSERT INTO t (v) VALUES ('new')");
      answers[`${who} ${branch}`] = `read ${short(read)}, write ${short(write)}`;
      connection.cut();
    }
    const ready = await fetch(`${server.url}/readyz`);
    answers.readyz = String(ready.status);
    return { refused: null, answers, output: server.output };
  } finally {
    await server.stop();
  }
}

const short = ({ status, body }: Reply) => (status === 200 ? "ok" : `${status} ${body.code}`);

it("each file of a data folder damaged: refused or repaired, said so, others served, and nothing deleted", {
  timeout: 3_600_000,
}, async () => {
  const counts = { files: 0, "ways of damage": 0, "server refused to start": 0, "database refused": 0, "went on": 0 };
  for (const whole of IS_SOAK ? [ended, killed] : [ended]) {
    const files = filesOf(whole).filter((name) => !name.startsWith("tmp/"));
    const chosen = IS_SOAK ? files : files.filter((name) => SHORT.test(name));
    const damages = IS_SOAK ? Object.keys(DAMAGES) : ["corrupt pages but for the first"];
    counts.files += chosen.length;
    counts["ways of damage"] = damages.length;
    for (const file of chosen) for (const damage of damages) counts[await damaged(whole, files, file, damage)]++;
  }
  figures("damaged files", counts);
});

async function damaged(
  whole: string,
  files: readonly string[],
  file: string,
  damage: string,
): Promise<"server refused to start" | "database refused" | "went on"> {
  const dataDir = mkdtempSync(join(tmpdir(), "helios-damaged-"));
  folders.push(dataDir);
  cpSync(whole, dataDir, { recursive: true });
  DAMAGES[damage]!(join(dataDir, file));
  const { refused, answers, output } = await tryOut(dataDir);
  const said = refused === null ? JSON.stringify(answers) : refused.split("\n").filter(Boolean).slice(1, 4).join(" | ");
  const about = `${whole === ended ? "" : "with logs: "}${file} ${damage}: ${said.slice(0, 400)}`;
  if (IS_SOAK) console.log(about);
  const left = new Set(filesOf(dataDir).map((name) => basename(name)));
  const gone = files.filter((name) => !LOGS.test(name) && name !== file && !left.has(basename(name)));
  expect([about, gone.filter((name) => !isAside(left, name))]).toEqual([about, []]);
  expect(output).not.toMatch(/\n\s+at .*\/node_modules\//);
  rmSync(dataDir, { recursive: true, force: true });
  if (refused !== null) {
    expect(about).toMatch(REFUSAL);
    return "server refused to start";
  }
  const { readyz, ...others } = answers;
  const bad = Object.entries(others).filter(([, answer]) => answer !== "read ok, write ok");
  expect(`${about} ${readyz}`).toMatch(/ (200|503)$/);
  for (const [, answer] of bad) {
    // Keys that a damaged catalog does not know are refused; nothing else is but for the storage.
    expect(`${about}: ${answer}`).not.toMatch(/: .*(500|INTERNAL)/);
    // Of a log that ends too early, as after a power cut, the commits up to there are read. One page is told from that.
    const endsEarly = LOGS.test(file) && !/^a corrupt (first )?page$/.test(damage);
    const isOlder = endsEarly && answer.includes("422 SQL_NAME_NOT_FOUND");
    if (!isOlder) expect(answer).toMatch(/503 STORAGE_UNAVAILABLE|401 /);
  }
  // One database's damage is its own.
  const isOfDefault = file.startsWith("databases/") && bad.some(([who]) => who.startsWith("default"));
  if (isOfDefault) expect([about, others["other main"]]).toEqual([about, "read ok, write ok"]);
  return bad.length > 0 ? "database refused" : "went on";
}

/** What SQLite makes and removes by itself. */
const LOGS = /-(wal|shm|journal)$/;
/** The start names the file, or what it holds, and what to do. */
const REFUSAL = /catalog|lock\.db|jwt\.secret|signing\.key|admin\.key|data folder/;
/** What is damaged in `npm test`. */
const SHORT = /catalog\.db$|default\/meta\.db$|default\/branches\/b1\.db$/;

function isAside(left: ReadonlySet<string>, name: string): boolean {
  return [...left].some((one) => one.endsWith(name.replaceAll("/", "-").replace(/^databases-[^-]+-/, "")));
}
