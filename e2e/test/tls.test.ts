import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { HeliosDBClient } from "@heliosdb/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasOpenssl, makeCa, makeCertificate } from "../../apps/server/test/support/certificates.js";
import { Helios } from "../support/helios.js";
import { runProgram } from "../support/program.js";
import { API_KEY, ServerProcess } from "../support/server.js";

const folder = mkdtempSync(join(tmpdir(), "helios-tls-"));
const ca = join(folder, "ca.pem");
afterAll(() => rmSync(folder, { recursive: true }));

let server: ServerProcess;
let helios: Helios;

function client(options: { ca?: string | Uint8Array }): HeliosDBClient {
  return new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY, retry: { attempts: 1 }, ...options });
}

describe.skipIf(!hasOpenssl())("a server whose certificate is signed by a private CA", () => {
  beforeAll(async () => {
    const { cert, key } = makeCertificate(folder, "server", makeCa(folder));
    server = await ServerProcess.start({ tls: { cert, key } });
    helios = new Helios(server.url);
  });
  afterAll(async () => {
    helios?.remove();
    await server?.remove();
  });

  it("is trusted by the client library with that CA, as text or bytes, for requests, streams and files", async () => {
    for (const given of [readFileSync(ca, "utf8"), new Uint8Array(readFileSync(ca))]) {
      const trusting = client({ ca: given });
      expect((await trusting.branches.list()).branches.map((one) => one.name)).toEqual(["main"]);
      const rows = [];
      for await (const row of await trusting.sql.stream("SELECT 1 AS one")) rows.push(row);
      expect(rows).toEqual([{ one: 1 }]);
      await trusting.branches.downloadTo("main", join(folder, "main.db"), { overwrite: true });
      expect(readFileSync(join(folder, "main.db"), "latin1")).toMatch(/^SQLite format 3/);
      await trusting.close();
    }
  });

  it("is healthy for the health check of the container, which asks by another name", async () => {
    const env = { HELIOSDB_API_PORT: String(server.port), HELIOSDB_TLS_CERT: ca };
    const healthcheck = resolve(import.meta.dirname, "../../deploy/healthcheck.mjs");
    expect(await runProgram(process.execPath, [healthcheck], { env })).toMatchObject({ code: 0 });
  });

  it("is refused by a client library without it", async () => {
    const other = client({});
    await expect(other.branches.list()).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    await other.close();
  });

  it("is refused by the command without it, which says what to do", async () => {
    const { code, stderr } = await helios.run(["branches", "list"]);
    expect([code, stderr]).toEqual([6, expect.stringMatching(/certificate.*\n.*name the file of its CA with --ca/)]);
  });

  it("is trusted by the command with --ca or HELIOSDB_CA", async () => {
    expect(await helios.run(["query", "SELECT 1 AS one", "--output", "csv", "--ca", ca])).toMatchObject({
      code: 0,
      stdout: "one\n1\n",
    });
    const env = { HELIOSDB_CA: ca };
    const login = await helios.bare(["login", "--url", server.url, "--api-key", API_KEY], { env });
    expect(login).toMatchObject({ code: 0, stderr: expect.stringContaining(`Logged in to ${server.url}`) });
    // The login has the path of the CA.
    expect(await helios.bare(["branches", "list"])).toMatchObject({ code: 0 });
  });
});

describe("a CA that can't be meant", () => {
  const broken = join(folder, "broken.pem");
  const url = "https://127.0.0.1:9";
  beforeAll(() => writeFileSync(broken, "not a certificate"));

  it.each([
    ["text", url, "not a certificate", "Expected one or more certificates in PEM form"],
    ["half of one", url, "-----BEGIN CERTIFICATE-----\nMII", "Expected one or more certificates in PEM form"],
    ["any for plain HTTP", "http://127.0.0.1:9", "x", "which is not an https URL"],
  ])("is refused when a client is made: %s", (_, baseUrl, given, message) => {
    expect(() => new HeliosDBClient({ baseUrl, ca: given })).toThrow(message);
  });

  it("is refused by the command", async () => {
    const bare = new Helios(url);
    const run = (address: string, file: string) => bare.bare(["tables", "--url", address, "--ca", file]);
    expect(await run(url, broken)).toMatchObject({
      code: 2,
      stderr: `helios: ${broken} has no certificate in PEM form (from --ca).\n`,
    });
    expect((await run(url, join(folder, "none.pem"))).stderr).toContain("none.pem can't be read (ENOENT; from --ca).");
    expect(await run("http://127.0.0.1:9", broken)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--ca is for an https URL"),
    });
    // One for all servers of a shell says nothing about those without HTTPS.
    const env = { HELIOSDB_CA: broken };
    expect((await bare.bare(["tables", "--url", "http://127.0.0.1:9"], { env })).code).toBe(6);
    bare.remove();
  });
});
