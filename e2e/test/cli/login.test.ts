import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let helios: Helios;
beforeAll(async () => {
  server = await ServerProcess.start();
});
beforeEach(() => {
  helios = new Helios(server.url);
  return () => helios.remove();
});
afterAll(() => server?.remove());

const saved = () => join(helios.configHome, "heliosdb/login.json");
const login = () => helios.bare(["login", "--url", `${server.url}/`, "--api-key", API_KEY]);

describe("login", () => {
  it("saves the server and the key in a file that only its owner can read, and the next command uses it", async () => {
    const result = await login();
    expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(/^Logged in to http:\/\/127\.0\.0\.1:\d+ as \S+ \(.*\); saved in .*login\.json\n$/);
    expect(result.code).toBe(0);
    expect(statSync(saved()).mode & 0o777).toBe(0o600);
    expect(statSync(join(saved(), "..")).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(saved(), "utf8"))).toEqual({ url: server.url, apiKey: API_KEY });

    const list = await helios.bare(["branches", "list", "--output", "csv"]);
    expect(list.code).toBe(0);
    expect(list.stdout).toMatch(/^name,parent,state,rows,scn,updated\nmain,,Active,0,/);
  });

  it("takes the key from stdin", async () => {
    const result = await helios.bare(["login", "--url", server.url, "--api-key", "-"], { input: `${API_KEY}\n` });
    expect(result.code).toBe(0);
    expect(readFileSync(saved(), "utf8")).toContain(API_KEY);
  });

  it("a key that does not hold is not saved", async () => {
    const result = await helios.bare(["login", "--url", server.url, "--api-key", "hdb_wrong_key"]);
    expect(result.code).toBe(5);
    expect(result.stderr).toContain("UNAUTHORIZED");
    expect(existsSync(saved())).toBe(false);
  });

  it("the saved key goes to no other server", async () => {
    await login();
    const other = server.url.replace("127.0.0.1", "localhost");
    const result = await helios.bare(["--url", other, "branches", "list"]);
    expect(result.code).toBe(5);
  });

  it("logout removes it", async () => {
    await login();
    const result = await helios.bare(["logout"]);
    expect(result).toEqual({ code: 0, stdout: "", stderr: `Removed ${saved()}\n` });
    expect(existsSync(saved())).toBe(false);
    expect((await helios.bare(["logout"])).stderr).toBe("No login was saved\n");
  });
});
