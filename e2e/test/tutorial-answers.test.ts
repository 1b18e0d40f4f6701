import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ApiServer, AuthMiddleware, EmbeddedDatabase, JwtManager, type RunningServer } from "@heliosdb/server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { codeCell, markdownTable } from "../support/markdown-table.js";
import { normalised } from "../support/normalised.js";
import { runProgram } from "../support/program.js";

/** The second that the tutorial's requests read at. */
const TUTORIAL_SECOND = 1_701_446_400;
const SECRET = "your-secret-key";
const ANSWERS = resolve(import.meta.dirname, "../../docs/tutorial-answers.md");
const REQUESTS = resolve(import.meta.dirname, "../fixtures/tutorial/requests.sh");

const token = new JwtManager(SECRET).generateToken("user123", "tenant456", randomUUID());
const folders: string[] = [];
let in2023: RunningServer;
let twoHoursOld: RunningServer;

beforeAll(async () => {
  in2023 = await withUsers((TUTORIAL_SECOND - 600) * 1000, (TUTORIAL_SECOND + 600) * 1000);
  twoHoursOld = await withUsers(Date.now() - 2 * 3600_000, Date.now());
});
afterAll(async () => {
  await in2023?.close();
  await twoHoursOld?.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

it("every curl line of the tutorial gets the response that docs/tutorial-answers.md lists", async () => {
  const rows: string[][] = [];
  for (const request of readRequests()) {
    if (request.title === "4 Merge branches") await prepareMerge();
    const server = request.title.endsWith("1 hour ago") ? twoHoursOld : in2023;
    const { status, body } = await runCurl(request.command, server.url);
    expect(status, `${request.title}: ${body}`).toBeLessThan(300);
    rows.push([
      request.title,
      request.origin,
      codeCell(request.command.replace(")\ncurl", "); curl")),
      String(status),
      codeCell(normalised(body)),
    ]);
  }
  expect(rows.length).toBe(30);
  const page = `${INTRODUCTION}\n${markdownTable(["section", "source", "request", "status", "response"], rows)}\n`;
  if (process.env.HELIOS_UPDATE === "1") writeFileSync(ANSWERS, page);
  expect(page).toBe(readFileSync(ANSWERS, "utf8"));
});

const INTRODUCTION = `# The tutorial's requests and their responses

Every \`curl\` line of the HeliosDB-Lite REST API tutorial, in its order (the branch is deleted after it is merged), with
the response of this server. An end-to-end test runs them all and compares the responses with this page;
\`HELIOS_UPDATE=1 npx vitest run --project e2e tutorial-answers\` rewrites it.

- *restored*: the request is missing from the published page and was reconstructed from its text.
- Before the requests, \`users\` was created with three rows (Alice 30, Bob 28, Cy 22), and one row was added on
  \`feature-user-auth\` before its merge.
- The requests that read at 1701446400 (1 December 2023, 16:00 UTC) run on a database whose history begins then: an
  embedded one whose clock was set back. \`<token>\` is a JWT made with \`JwtManager\`.
- \`<id>\`, \`<time>\` (seconds since 1970), \`<ms>\`, \`<bytes>\`, \`<scn>\` and \`<version>\` replace values that differ between runs.
`;

interface TutorialRequest {
  readonly title: string;
  readonly origin: string;
  readonly command: string;
}

function readRequests(): TutorialRequest[] {
  const blocks = readFileSync(REQUESTS, "utf8").trim().split(/^### /m).slice(1);
  return blocks.map((block) => {
    const [heading = "", ...lines] = block.trimEnd().split("\n");
    const [title = "", origin = ""] = heading.split(" | ");
    return { title, origin, command: lines.join("\n").trim() };
  });
}

/** Runs a command as printed, with curl told to add the status. */
async function runCurl(command: string, url: string): Promise<{ status: number; body: string }> {
  const script = `curl() { command curl --silent --show-error --write-out '\\n%{http_code}' "$@"; }\n${command
    .replaceAll("http://localhost:8080", url)
    .replaceAll("<token>", token)}`;
  const result = await runProgram("bash", ["--norc", "-eu", "-c", script], { env: { TOKEN: token } });
  expect(result.stderr).toBe("");
  const cut = result.stdout.lastIndexOf("\n");
  return { status: Number(result.stdout.slice(cut + 1)), body: result.stdout.slice(0, cut) };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "helios-answers-"));
  folders.push(folder);
  return folder;
}

/** A server whose users were made at one time, and whose clock then goes on from another one. */
async function withUsers(madeAt: number, now: number): Promise<RunningServer> {
  const folder = newFolder();
  const past = await serve(folder, madeAt);
  await makeUsers(past);
  await past.close();
  return serve(folder, now);
}

function serve(folder: string, startAt: number): Promise<RunningServer> {
  const database = new EmbeddedDatabase(folder, { clock: { startAt } });
  const auth = new AuthMiddleware(SECRET).withApiKey(
    "sk_test_abc123xyz",
    "user123",
    "tenant456",
    randomUUID(),
    ["read", "write"],
    "Production API Key",
  );
  return new ApiServer("127.0.0.1:0", database, { logLevel: "silent" }).withAuth(auth).listen();
}

async function send(server: RunningServer, branch: string, sql: string): Promise<void> {
  const response = await fetch(`${server.url}/v1/branches/${branch}/execute`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ sql }),
  });
  if (!response.ok) throw new Error(await response.text());
}

async function makeUsers(server: RunningServer): Promise<void> {
  const columns = "id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, age INTEGER, created_at INTEGER";
  await send(server, "main", `CREATE TABLE users (${columns})`);
  await send(
    server,
    "main",
    `INSERT INTO users VALUES (1, 'Alice', 'alice@example.com', 30, 100), (2, 'Bob', 'bob@example.com', 28, 200),
       (3, 'Cy', 'cy@example.com', 22, 300)`,
  );
}

function prepareMerge(): Promise<void> {
  return send(in2023, "feature-user-auth", "INSERT INTO users (id, name, age) VALUES (4, 'Dee', 51)");
}
