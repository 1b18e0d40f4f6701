import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let helios: Helios;
let project: string;
beforeAll(async () => {
  server = await ServerProcess.start();
  helios = new Helios(server.url);
  await helios.json("execute", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
  await helios.json("branches", "create", "dev");
  await helios.json("execute", "INSERT INTO t VALUES (1)", "--branch", "dev");
  return () => helios.remove();
});
beforeEach(() => {
  helios = new Helios(server.url);
  project = mkdtempSync(join(tmpdir(), "helios-project-"));
  return () => {
    helios.remove();
    rmSync(project, { recursive: true });
  };
});
afterAll(() => server?.remove());

const file = () => join(project, ".helios");
const inProject = (args: string[], folder = project) => helios.run(args, { cwd: folder });
const count = async (args: string[] = [], folder = project) => {
  const { code, stdout, stderr } = await inProject(
    ["query", "SELECT count(*) AS n FROM t", "-o", "csv", ...args],
    folder,
  );
  return code === 0 ? stdout.split("\n")[1] : stderr;
};

describe("a branch that a folder's commands use", () => {
  it("is used below the folder too, until it is cleared", async () => {
    const used = await inProject(["use", "dev"]);
    expect(used).toEqual({ code: 0, stdout: "", stderr: `Saved in ${file()}: branch dev\n` });
    expect(JSON.parse(readFileSync(file(), "utf8"))).toEqual({ branch: "dev" });
    const below = join(project, "a/b");
    mkdirSync(below, { recursive: true });
    expect(await count([], below)).toBe("1");
    expect(await count(["--branch", "main"], below)).toBe("0");
    expect((await inProject(["use", "--clear"], below)).stderr).toBe(`Removed ${file()}\n`);
    expect(await count()).toBe("0");
  });

  it("gives way to the environment, and that to an option", async () => {
    await inProject(["use", "dev"]);
    const env = { HELIOSDB_BRANCH: "main" };
    const shown = await helios.run(["use", "-o", "csv"], { cwd: project, env });
    expect(shown.stdout).toContain("branch,main,HELIOSDB_BRANCH");
    expect(await count(["--branch", "dev"])).toBe("1");
  });

  it("may have a point in time, which a typed one replaces, and which no write takes", async () => {
    expect((await inProject(["use", "dev@scn:2"])).code).toBe(0);
    expect(await count()).toBe("0");
    expect(await count(["--as-of", "now"])).toBe("1");
    const write = await inProject(["execute", "INSERT INTO t VALUES (2)"]);
    expect(write.code).toBe(2);
    expect(write.stderr).toBe(
      `helios: Only reads take a point in time. Write to "dev" without @scn:2 (from ${file()}).\n`,
    );
  });

  it("must exist, with its point in time", async () => {
    expect((await inProject(["use", "deev"])).code).toBe(3);
    expect((await inProject(["use", "dev@scn:99"])).code).not.toBe(0);
    expect(existsSync(file())).toBe(false);
  });

  it.each([
    ["{", "it is no JSON"],
    ["[]", "it is no JSON object"],
    ['{"brnach": "dev"}', 'it has a field "brnach"'],
    ['{"branch": 5}', '"branch" is no text'],
  ])("%s is refused", async (text, why) => {
    writeFileSync(file(), text);
    const { code, stderr } = await inProject(["query", "SELECT 1"]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `helios: Malformed ${file()}: ${why}. Expected an object with any of profile, url, branch, such as {"branch": "dev"}.\n`,
    );
  });
});

describe("profiles", () => {
  it("keep a server and a key each, in files that only their owner can read", async () => {
    const login = ["--profile", "staging", "login", "--url", server.url, "--api-key", API_KEY];
    expect((await helios.bare(login)).code).toBe(0);
    const saved = join(helios.configHome, "heliosdb/profiles/staging.json");
    expect(statSync(saved).mode & 0o777).toBe(0o600);
    expect((await helios.bare(["--profile", "staging", "branches", "list"])).code).toBe(0);
    const env = { HELIOSDB_PROFILE: "staging" };
    expect((await helios.bare(["branches", "list"], { env })).code).toBe(0);
    writeFileSync(file(), JSON.stringify({ profile: "staging" }));
    expect((await helios.bare(["branches", "list"], { cwd: project })).code).toBe(0);
    expect((await helios.bare(["--profile", "staging", "logout"])).stderr).toBe(`Removed ${saved}\n`);
  });

  it("count more than the environment where they are asked for by option", async () => {
    await helios.bare(["--profile", "mine", "login", "--url", server.url, "--api-key", API_KEY]);
    const env = { HELIOSDB_URL: "http://127.0.0.1:9", HELIOSDB_API_KEY: "hdb_of_another_server" };
    expect((await helios.bare(["--profile", "mine", "branches", "list"], { env })).code).toBe(0);
    expect((await helios.bare(["branches", "list"], { env })).code).toBe(6);
  });

  it("must be known, and have a name that is one file", async () => {
    const unknown = await helios.bare(["--profile", "prod", "branches", "list"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('No profile "prod" (from --profile). No login was saved yet.');
    for (const name of ["../x", ".x", "a/b"]) {
      const { code, stderr } = await helios.bare(["--profile", name, "login", "--api-key", "k"]);
      expect([code, stderr.includes("Invalid profile")]).toEqual([2, true]);
    }
  });
});

describe("a project's server", () => {
  it("gets no key from the environment, which somebody else's project could ask for", async () => {
    writeFileSync(file(), JSON.stringify({ url: server.url }));
    const { code, stderr } = await helios.bare(["branches", "list"], {
      cwd: project,
      env: { HELIOSDB_API_KEY: API_KEY },
    });
    expect(code).toBe(2);
    expect(stderr).toContain(`HELIOSDB_API_KEY is not sent to ${server.url}, which only ${file()} names.`);
  });

  it("gets the key that was saved for it, by whatever profile", async () => {
    await helios.bare(["--profile", "mine", "login", "--url", server.url, "--api-key", API_KEY]);
    writeFileSync(file(), JSON.stringify({ url: server.url }));
    expect((await helios.bare(["branches", "list"], { cwd: project })).code).toBe(0);
  });
});
