import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Connection, type Reply } from "../../faults/connection.js";
import { DAMAGES, filesOf } from "../../faults/damage.js";
import { figures, IS_SOAK } from "../../faults/times.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

/** A data folder with a file of each kind: two tenants, a snapshot, a past copy, a backup, and logs that a kill left. */
let whole: string;
let files: string[];
let otherKey: string;
let otherId: string;
const folders: string[] = [];

async function must(reply: Promise<Reply>): Promise<Reply> {
  const found = await reply;
  if (found.status >= 300) throw new Error(`${found.status} ${JSON.stringify(found.body)}`);
  return found;
}

const ENV = { HELIOSDB_ADMIN_API_KEY: "" };

beforeAll(async () => {
  whole = mkdtempSync(join(tmpdir(), "helios-whole-"));
  folders.push(whole);
  const server = await ServerProcess.start({ dataDir: whole });
  const connection = new Connection(server.url);
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
  await run("main", "UPDATE t SET v = v || 'again' WHERE id < 9");
  await server.kill();
  connection.cut();
  other.cut();
  files = filesOf(whole).filter((name) => !name.startsWith("tmp/"));
  otherId = "";
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

/** Starts a server on a folder, and reads and writes all that there is. */
async function tryOut(dataDir: string): Promise<Seen> {
  let server: ServerProcess;
  try {
    server = await ServerProcess.start({ dataDir, env: ENV });
  } catch (error) {
    return { refused: (error as Error).message, answers: {}, output: (error as Error).message };
  }
  const answers: Record<string, string> = {};
  const key = readFileSync(join(dataDir, "admin.key"), "utf8").trim();
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
  void API_KEY;
  void otherId;
  const seen: string[] = [];
  const kinds = new Map<string, string>(files.map((name) => [kindOf(name), name]));
  const chosen = IS_SOAK ? files : [...kinds].filter(([kind]) => SHORT.includes(kind)).map(([, name]) => name);
  const damages = IS_SOAK ? Object.keys(DAMAGES) : ["a corrupt page"];
  let repaired = 0;
  let refused = 0;
  for (const file of chosen) {
    for (const damage of damages) {
      const dataDir = mkdtempSync(join(tmpdir(), "helios-damaged-"));
      cpSync(whole, dataDir, { recursive: true });
      DAMAGES[damage]!(join(dataDir, file));
      const { refused: why, answers, output } = await tryOut(dataDir);
      const about = `${file}: ${damage}: ${
        why
          ? why
              .split("\n")
              .filter((line) => line.trim())
              .slice(0, 3)
              .join(" | ")
              .slice(0, 400)
          : JSON.stringify(answers)
      }`;
      seen.push(about);
      if (why) {
        refused++;
        expect(about).toMatch(REFUSAL);
      } else {
        const bad = Object.entries(answers).filter(([, answer]) => !/^(read ok, write ok|200|503)$/.test(answer));
        if (bad.length > 0) refused++;
        else repaired++;
        for (const [who, answer] of bad) {
          expect(`${about}: ${who}`).toMatch(/503 STORAGE_UNAVAILABLE|401 /);
          expect(answer).not.toMatch(/500|INTERNAL/);
        }
        // One database's damage is its own.
        const [, owner] = /^databases\/([^/]+)\//.exec(file) ?? [];
        if (owner !== undefined) {
          const served = Object.entries(answers).filter(([, answer]) => answer === "read ok, write ok");
          expect(`${about}: ${served.length}`).toMatch(owner === "default" ? /: [1-3]$/ : /: [2-3]$/);
          if (owner === "default") expect(answers["other main"]).toBe("read ok, write ok");
        }
      }
      expect(output).not.toMatch(/\n\s+at .*\/node_modules\//);
      const left = new Set(filesOf(dataDir).map((name) => basename(name)));
      const gone = files.filter((name) => !LOGS.test(name) && name !== file && !left.has(basename(name)));
      expect([about, gone.filter((name) => !isAside(left, name))]).toEqual([about, []]);
      rmSync(dataDir, { recursive: true, force: true });
    }
  }
  if (IS_SOAK) console.log(seen.join("\n"));
  figures("damaged files", { files: chosen.length, "ways of damage": damages.length, refused, repaired });
});

/** What SQLite makes and removes by itself. */
const LOGS = /-(wal|shm|journal)$/;
/** The start names the file, or what it holds, and what to do. */
const REFUSAL = /catalog|lock\.db|jwt\.secret|signing\.key|admin\.key|data folder/;
/** One file of each of these kinds is damaged in `npm test`. */
const SHORT = ["catalog.db", "meta.db", "b1.db"];

function kindOf(name: string): string {
  return basename(name);
}

function isAside(left: ReadonlySet<string>, name: string): boolean {
  return [...left].some((one) => one.endsWith(name.replaceAll("/", "-").replace(/^databases-[^-]+-/, "")));
}
