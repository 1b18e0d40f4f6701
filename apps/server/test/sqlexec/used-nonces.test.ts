import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import Database from "better-sqlite3";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Catalog } from "../../dist/catalog/catalog.js";
import { openCatalog } from "../../dist/catalog/open-catalog.js";
import type { SignatureClaim } from "../../dist/signatures/signature-claim.js";
import { UnverifiedBodies } from "../../dist/signatures/unverified-bodies.js";
import { UsedNonces } from "../../dist/signatures/used-nonces.js";
import { must } from "../support/http.js";
import { StartedServer } from "../support/process.js";
import { KEYS } from "../support/server.js";
import { makeSigner, parts, sendSigned } from "../support/signing.js";

const log = pino({ level: "silent" });
const seconds = () => Math.floor(Date.now() / 1000);

let folder: string;
let catalog: Catalog;
let nonces: UsedNonces;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "heliosdb-nonces-"));
  catalog = await openCatalog(folder);
  nonces = await UsedNonces.open(catalog, log);
});
afterEach(async () => {
  nonces.close();
  await catalog.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const claim = (nonce: string, more: Partial<SignatureClaim> = {}): SignatureClaim => ({
  keyId: "k_1",
  timestamp: seconds(),
  nonce,
  signature: Buffer.from(nonce.padEnd(32, ".").slice(-32)),
  head: "",
  ...more,
});
const use = async (given: SignatureClaim) => (await (await nonces.reserve(given))?.use()) ?? false;
const rows = async () => (await catalog.query<{ n: number }[]>("SELECT count(*) AS n FROM used_nonces"))[0]!.n;

describe("used nonces", () => {
  it("are used once for each key, and so are signatures", async () => {
    expect(await use(claim("first-nonce"))).toBe(true);
    expect(await use(claim("first-nonce"))).toBe(false);
    expect(await use(claim("first-nonce", { signature: Buffer.alloc(32, 1) }))).toBe(false);
    expect(await use(claim("other-nonce", { signature: claim("first-nonce").signature }))).toBe(false);
    expect(await use(claim("first-nonce", { keyId: "k_2" }))).toBe(true);
    // What was reserved and not used is free again; while it is reserved it is not.
    const reserved = await nonces.reserve(claim("third-nonce"));
    expect(await nonces.reserve(claim("third-nonce"))).toBeNull();
    reserved!.release();
    expect(await use(claim("third-nonce"))).toBe(true);
  });

  it("are used by one of many at once", async () => {
    const all = await Promise.all(Array.from({ length: 300 }, (_, i) => use(claim(`nonce-${i % 100}`))));
    expect(all.filter(Boolean)).toHaveLength(100);
    expect(await rows()).toBe(200);
  });

  it("are on the disk, and known to whoever opens it next", async () => {
    await use(claim("kept-nonce"));
    nonces.close();
    await catalog.destroy();
    catalog = await openCatalog(folder);
    nonces = await UsedNonces.open(catalog, log);
    expect(await use(claim("kept-nonce"))).toBe(false);
  });

  it("are removed after 600 seconds, and a clock that is set back makes none of them new", async () => {
    const now = seconds();
    await use(claim("old-nonce"));
    await nonces.clear(now + 590);
    expect(await rows()).toBe(2);
    await nonces.clear(now + 601);
    expect(await rows()).toBe(0);
    expect(await use(claim("old-nonce"))).toBe(false);
    nonces.close();
    nonces = await UsedNonces.open(catalog, log);
    expect(await use(claim("old-nonce"))).toBe(false);
    expect(await use(claim("new-nonce", { timestamp: now + 602 }))).toBe(true);
  });

  it("refuse everything where the disk does", async () => {
    await catalog.query("DROP TABLE used_nonces");
    await expect(use(claim("any-nonce"))).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
  });

  it("take no memory: 100,000 of them", async () => {
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    const batch = (from: number) =>
      Promise.all(Array.from({ length: 5_000 }, (_, i) => use(claim(`nonce-${from + i}`))));
    await batch(0);
    gc();
    const before = process.memoryUsage().heapUsed;
    for (let from = 5_000; from < 100_000; from += 5_000) expect((await batch(from)).every(Boolean)).toBe(true);
    gc();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(4 * 1024 * 1024);
    expect(await rows()).toBe(200_000);
    expect(await use(claim("nonce-77"))).toBe(false);
    const bytes = ["catalog.db", "catalog.db-wal"].reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThan(64 * 1024 * 1024);
  });
});

describe("bodies that nobody is known to have sent", () => {
  it("are bounded in number and in bytes, in all and for each address", () => {
    const bodies = new UnverifiedBodies({ inAll: { bodies: 3, bytes: 1000 }, perAddress: { bodies: 2, bytes: 900 } });
    const [a, b] = [bodies.begin("one"), bodies.begin("one")];
    expect(() => bodies.begin("one")).toThrow("Too many");
    const c = bodies.begin("two");
    expect(() => bodies.begin("three")).toThrow("Too many");
    a.add(600);
    b.add(300);
    expect(() => b.add(1)).toThrow("Too many");
    c.add(100);
    expect(() => c.add(1)).toThrow("Too many");
    a.end();
    a.end();
    c.add(600);
    expect(() => b.add(1)).toThrow("Too many");
    for (const held of [b, c]) held.end();
    // One alone is bounded by what any body may be.
    bodies.begin("one").add(5000);
    expect(() => bodies.begin("two").add(1)).toThrow("Too many");
  });
});

describe("a server that is killed", () => {
  let server: StartedServer | undefined;
  afterEach(() => server?.remove());

  it("knows the nonces that it had answered for, and its secrets", async () => {
    server = new StartedServer([], { HELIOSDB_ADMIN_API_KEY: KEYS.admin });
    const first = { url: await server.url() };
    await must(first, "POST", "/v1/branches/main/execute", { sql: "CREATE TABLE t (v)" });
    const signer = await makeSigner(first);
    const sent = Array.from({ length: 20 }, () => parts({ body: JSON.stringify({ sql: "INSERT INTO t VALUES (1)" }) }));
    const answers = await Promise.all(sent.map((one) => sendSigned(first, signer, one)));
    expect(answers.map(({ status }) => status)).toEqual(sent.map(() => 200));
    server.process.kill("SIGKILL");
    await once(server.process, "exit");
    expect(statSync(join(server.dataDir, "signing.key")).mode & 0o777).toBe(0o600);

    const again = new StartedServer(["--data-dir", server.dataDir], { HELIOSDB_ADMIN_API_KEY: KEYS.admin });
    try {
      const second = { url: await again.url() };
      for (const one of sent) expect((await sendSigned(second, signer, one)).status).toBe(401);
      const count = parts({ body: JSON.stringify({ sql: "SELECT count(*) FROM t" }) });
      expect((await sendSigned(second, signer, count)).body.rows).toEqual([[20]]);
    } finally {
      await again.remove();
    }
    // Neither the secret nor what it is derived from is in the catalog.
    const db = new Database(join(server.dataDir, "catalog.db"));
    const text = JSON.stringify(db.prepare("SELECT * FROM api_keys").all());
    db.close();
    expect(text).toContain(signer.id);
    expect(text).not.toContain(signer.secret);
  });

  it("with another master key takes no signature of before", async () => {
    const key = "m".repeat(32);
    server = new StartedServer(["--signing-key", key], { HELIOSDB_ADMIN_API_KEY: KEYS.admin });
    const first = { url: await server.url() };
    const signer = await makeSigner(first);
    expect((await sendSigned(first, signer)).status).toBe(200);
    server.process.kill("SIGKILL");
    await once(server.process, "exit");
    const flags = ["--data-dir", server.dataDir, "--signing-key", "n".repeat(32)];
    const again = new StartedServer(flags, { HELIOSDB_ADMIN_API_KEY: KEYS.admin });
    try {
      expect((await sendSigned({ url: await again.url() }, signer)).status).toBe(401);
    } finally {
      await again.remove();
    }
  });
});
