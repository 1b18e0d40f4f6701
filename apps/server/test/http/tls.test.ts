import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type PeerCertificate, type SecureVersion, type TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type CertificateFiles, hasOpenssl, makeCa, makeCertificate } from "../support/certificates.js";
import { StartedServer } from "../support/process.js";

const folder = mkdtempSync(join(tmpdir(), "heliosdb tls "));
const live = { cert: join(folder, "live.pem"), key: join(folder, "live.key") };
let ca: CertificateFiles;
let first: CertificateFiles;
let second: CertificateFiles;
let started: StartedServer;

afterEach(() => started?.remove());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(files: CertificateFiles, ...args: string[]): Promise<{ url: string; port: number }> {
  started = new StartedServer(["--tls-cert", files.cert, "--tls-key", files.key, ...args]);
  const url = await started.url();
  return { url, port: Number(new URL(url).port) };
}

/** Replaces a file as renewers do: a new file takes the name at once. */
function replace(path: string, by: string): void {
  copyFileSync(by, `${path}.new`);
  renameSync(`${path}.new`, path);
}

async function handshake(port: number, maxVersion: SecureVersion = "TLSv1.3"): Promise<PeerCertificate> {
  // Without "@SECLEVEL=0", the client itself refuses the older version.
  const ciphers = "DEFAULT@SECLEVEL=0";
  const options = { ca: readFileSync(ca.cert), minVersion: "TLSv1", maxVersion, ciphers } as const;
  const socket: TLSSocket = connect({ host: "127.0.0.1", port, ...options });
  await once(socket, "secureConnect");
  const certificate = socket.getPeerCertificate();
  socket.destroy();
  return certificate;
}

function get(
  url: string,
  agent: Agent,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers, ca: readFileSync(ca.cert) }, async (response) => {
      let body = "";
      for await (const chunk of response) body += chunk;
      resolve({ status: response.statusCode!, body });
    });
    sent.once("error", reject).end();
  });
}

describe.skipIf(!hasOpenssl())("TLS", () => {
  beforeAll(() => {
    ca = makeCa(folder);
    first = makeCertificate(folder, "first", ca);
    second = makeCertificate(folder, "second", ca);
  });

  it("is what a server with a certificate speaks, and nothing else", async () => {
    const own = makeCertificate(folder, "self-signed", null, "DNS:db.example.com");
    const { url, port } = await start(own);
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const [, command] = await started.printed(/^Try: (curl .+)$/m);
    expect(started.stdout()).toMatch(/^TLS certificate: .+self-signed\.pem, valid until \d{4}-\d\d-\d\d$/m);
    const answer = execFileSync("sh", ["-c", command!.replace("curl", "curl -s")], { encoding: "utf8" });
    expect(JSON.parse(answer)).toMatchObject({ branches: [{ name: "main" }] });

    await expect(fetch(url.replace("https", "http"))).rejects.toThrow();
    const metrics = execFileSync("curl", ["-s", "--insecure", `${url}/metrics`], { encoding: "utf8" });
    const end = Number(/^heliosdb_tls_certificate_end_seconds (\d+)$/m.exec(metrics)![1]);
    expect(end).toBeGreaterThan(Date.now() / 1000);

    // A connection without a handshake doesn't keep the server from ending.
    const silent = connectTcp(port, "127.0.0.1").on("error", () => {});
    await once(silent, "connect");
    await sleep(100);
    const began = performance.now();
    started.process.kill("SIGTERM");
    expect(await once(started.process, "exit")).toEqual([0, null]);
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(started.stderr()).not.toContain('"level":50');
  });

  it("takes a replaced certificate without a restart, and keeps the old one while the new pair is broken", async () => {
    copyFileSync(first.cert, live.cert);
    copyFileSync(first.key, live.key);
    const { url, port } = await start(live, "--auth", "off");
    const agent = new Agent({ keepAlive: true });
    expect((await get(`${url}/v1/branches`, agent)).status).toBe(200);
    const kept = Object.values(agent.freeSockets)[0]![0]!;

    // The pair doesn't match for a moment, which is no fault.
    replace(live.cert, second.cert);
    await sleep(1_200);
    expect((await handshake(port)).subject.CN).toBe("first");
    replace(live.key, second.key);
    await started.logged(/"the certificate was replaced"/);
    expect(started.stderr()).not.toContain('"level":50');
    expect((await handshake(port)).subject.CN).toBe("second");
    // A connection that was there before goes on.
    expect((await get(`${url}/v1/branches`, agent)).status).toBe(200);
    expect(Object.values(agent.freeSockets)[0]![0]).toBe(kept);

    writeFileSync(live.cert, "nonsense");
    const [line] = await started.logged(/^.*"level":50.*$/m);
    expect(JSON.parse(line)).toMatchObject({
      msg: "the changed certificate can't be used; the one before stays in use",
      reason: `The TLS certificate ${live.cert} has no certificate in PEM form.`,
    });
    expect((await handshake(port)).subject.CN).toBe("second");
    replace(live.cert, second.cert);
    await started.logged(/"the files of the certificate are in order again"/);
    agent.destroy();
  });

  it("has at least version 1.2, and is known to what depends on the address", async () => {
    const { url, port } = await start(first, "--auth", "off");
    await expect(handshake(port, "TLSv1.1")).rejects.toThrow(/protocol version|unsupported protocol|EPROTO/i);
    expect((await handshake(port, "TLSv1.2")).subject.CN).toBe("first");

    // Pages of this server, and rqlite's nodes.
    const agent = new Agent();
    expect((await get(`${url}/v1/branches`, agent, { origin: url })).status).toBe(200);
    const http = url.replace("https", "http");
    expect((await get(`${url}/v1/branches`, agent, { origin: http })).status).toBe(403);
    expect(JSON.parse((await get(`${url}/nodes`, agent)).body)).toMatchObject({ 1: { api_addr: url } });
  });

  it.each([
    ["without its key", () => ["--tls-cert", first.cert], "HELIOSDB_TLS_CERT needs HELIOSDB_TLS_KEY. Set both"],
    [
      "with the key of another",
      () => ["--tls-cert", first.cert, "--tls-key", second.key],
      /The TLS private key .+second\.key doesn't belong to the certificate .+first\.pem\./,
    ],
  ])("refuses a certificate %s before anything starts", async (_, args, message) => {
    started = new StartedServer(args());
    const [code] = await once(started.process, "exit");
    expect(code).toBe(1);
    expect(started.stderr().trim().split("\n")).toHaveLength(1);
    expect(started.stderr()).toMatch(message);
    expect(existsSync(started.dataDir)).toBe(false);
  });

  it("is looked at before the server asks for its cell", async () => {
    const nowhere = "postgres://nobody@127.0.0.1:1/none";
    started = new StartedServer(["--tls-cert", first.cert, "--tls-key", second.key, "--store-urls", nowhere]);
    await once(started.process, "exit");
    expect(started.stderr()).toMatch(/doesn't belong to the certificate/);
    expect(existsSync(started.dataDir)).toBe(false);
  });
});
