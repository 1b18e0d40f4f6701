import { availableParallelism, hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { SURFACE_NAMES } from "../../dist/app/surfaces.js";
import { cellCommand } from "../../dist/config/cell-command.js";
import { parseFlags } from "../../dist/config/command.js";
import { loadConfig } from "../../dist/config/load.js";
import { OPTIONS, usualFronts } from "../../dist/config/options.js";
import { ConfigError } from "../../dist/index.js";

describe("the configuration", () => {
  it("has these defaults, and is frozen", () => {
    const config = loadConfig({});
    expect(config).toEqual({
      apiHost: "127.0.0.1",
      apiPort: 8080,
      tlsCert: null,
      tlsKey: null,
      dataDir: "./data",
      backupDir: null,
      jwtSecret: null,
      adminApiKey: null,
      auth: "on",
      tenants: "listed",
      apiDialect: "lite",
      surfaces: SURFACE_NAMES,
      publicPrefix: "",
      signingKey: null,
      corsOrigins: [],
      trustedProxies: [],
      rateLimit: "auto",
      rateLimitProfile: "tutorial",
      rateLimitMaxRequests: null,
      rateLimitWindowSecs: null,
      maxBodyBytes: 10_485_760,
      maxFileBytes: 10_737_418_240,
      maxTimeoutMs: 300_000,
      maxRows: 10_000,
      maxAnswerBytes: 33_554_432,
      retention: { historyMs: 2_592_000_000, historyBytes: null, deletedMs: 604_800_000 },
      audit: "all",
      auditDays: null,
      webhookAllow: [],
      webhookRetryMs: 5_000,
      webhookGiveUpSecs: 432_000,
      sessionSecs: 1800,
      console: "on",
      logLevel: "info",
      accessLog: "off",
      drainSecs: 0,
      fronts: usualFronts(availableParallelism()),
      storeUrls: [],
      cell: "main",
      node: hostname(),
      nodeUrl: null,
      leaseMs: 5_000,
      storeDurability: "synchronous",
      storeLog: 268_435_456,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it("takes the settings of a cell only with a store", () => {
    const store = { HELIOSDB_STORE_URLS: "postgres://u:secret@db1/helios, postgresql://db2:5433/helios" };
    expect(loadConfig({ ...store, HELIOSDB_NODE_URL: "http://10.0.0.5:8080/" })).toMatchObject({
      storeUrls: ["postgres://u:secret@db1/helios", "postgresql://db2:5433/helios"],
      nodeUrl: "http://10.0.0.5:8080",
    });
    for (const [name, value] of [
      ["HELIOSDB_CELL", "c"],
      ["HELIOSDB_NODE", "n"],
      ["HELIOSDB_NODE_URL", "http://n"],
      ["HELIOSDB_LEASE_MS", "9000"],
      ["HELIOSDB_STORE_DURABILITY", "managed"],
      ["HELIOSDB_STORE_LOG", "16777216"],
    ] as const) {
      expect(() => loadConfig({ [name]: value })).toThrow(`${name} means nothing without HELIOSDB_STORE_URLS`);
      expect(() => loadConfig({ ...store, [name]: value })).not.toThrow();
      expect(() => loadConfig({ ...store, [name]: "Not/right?" })).toThrow(name);
    }
    // A wrong one may have a password.
    const wrong = () => loadConfig({ HELIOSDB_STORE_URLS: "mysql://u:secret@db1/helios" });
    expect(wrong).toThrow("HELIOSDB_STORE_URLS has an entry that is no address of PostgreSQL");
    expect(wrong).not.toThrow("secret");
  });

  it("reads the commands for cells, with flags of their own", () => {
    expect(cellCommand(["--api-port", "1"])).toBeNull();
    expect(cellCommand(["cell", "status", "--lease-ms", "9000"])).toEqual({
      task: { do: "status" },
      flags: { leaseMs: "9000" },
    });
    expect(cellCommand(["cell", "verify", "--in", "a", "--with", "b", "--cell", "c"])).toEqual({
      task: { do: "verify", in: "a", standby: "b" },
      flags: { cell: "c" },
    });
    expect(cellCommand(["cell", "import", "data", "--store-durability", "managed"])).toMatchObject({
      task: { do: "import", folder: "data" },
      flags: { storeDurability: "managed" },
    });
    expect(cellCommand(["cell", "step-down"])?.task).toEqual({ do: "step-down" });
  });

  it("takes a moment with its time zone, as AS OF does", () => {
    const at = (text: string) => {
      const task = cellCommand(["cell", "export", "folder", "--at", text])?.task;
      return task?.do === "export" ? task.at : undefined;
    };
    const second = Date.UTC(2026, 10, 29, 12, 0, 5) * 1000;
    // A whole second is its end.
    expect(at("2026-11-29T12:00:05Z")).toBe(second + 999_999);
    expect(at("2026-11-29 13:00:05.25+01:00")).toBe(second + 250_999);
    expect(at("2026-11-29T12:00:05.000001Z")).toBe(second + 1);
    for (const text of [
      ...["2026-11-29T12:00:05", "2026-11-29", "2026-11-29Z", "1700000000", "scn:4", "now", "yesterday", ""],
      ...["2026-13-29T12:00:00Z", "2026-11-29T25:00:00Z", "2026-11-29T12:00:05Z or so", "2026-11-29T12:00:05 CET"],
    ]) {
      expect(() => at(text)).toThrow(
        `--at must be a date and a time with its zone, such as 2026-11-29T12:00:00Z or 2026-11-29T13:00:00+01:00, got "${text}"`,
      );
    }
  });

  it("has fronts where there are cores for them, and never one", () => {
    expect([1, 2, 3, 4, 5, 9, 10, 11, 64].map(usualFronts)).toEqual([0, 0, 0, 2, 3, 7, 8, 8, 8]);
    const parsed = (text: string) => loadConfig({ HELIOSDB_FRONTS: text }).fronts;
    expect(["0", "2", "8"].map(parsed)).toEqual([0, 2, 8]);
    for (const text of ["1", "9", "-2", "2.5", "many", "00"]) {
      expect(() => parsed(text)).toThrow(`HELIOSDB_FRONTS must be 0, or an integer from 2 to 8, got "${text}"`);
    }
  });

  it("takes the tutorial's variables", () => {
    const config = loadConfig({
      HELIOSDB_JWT_SECRET: "your-secret-key-change-in-production",
      HELIOSDB_API_HOST: "0.0.0.0",
      HELIOSDB_API_PORT: "9090",
      HELIOSDB_RATE_LIMIT_MAX_REQUESTS: "100",
      HELIOSDB_RATE_LIMIT_WINDOW_SECS: "60",
      PATH: "/bin",
    });
    expect(config).toMatchObject({ apiHost: "0.0.0.0", apiPort: 9090, rateLimitMaxRequests: 100 });
  });

  it("has a flag for each, which wins over the environment", () => {
    const flags = parseFlags(["--api-port", "1234", "--auth", "off", "--cors-origins", "https://a.example"]);
    expect(loadConfig({ HELIOSDB_API_PORT: "9" }, flags)).toMatchObject({
      apiPort: 1234,
      auth: "off",
      corsOrigins: ["https://a.example"],
    });
    for (const option of Object.values(OPTIONS)) {
      const fromEnv = `--${option.env.replace("HELIOSDB_", "").toLowerCase().replaceAll("_", "-")}`;
      expect(option.flag.split(" ")[0]).toBe(fromEnv);
    }
  });

  it("refuses a name that nobody knows, and names the near one", () => {
    expect(() => loadConfig({ HELIOSDB_API_PROT: "1" })).toThrow("Did you mean HELIOSDB_API_PORT?");
    expect(() => loadConfig({ HELIOSDB_API_PROT: "1" })).toThrow(ConfigError);
  });

  it("leaves the client's settings alone, and what is set to nothing", () => {
    const names = { HELIOSDB_URL: "x", HELIOSDB_API_KEY: "y", HELIOSDB_BRANCH: "z", HELIOSDB_API_PORT: "" };
    expect(loadConfig(names).apiPort).toBe(8080);
  });

  it.each([
    ["HELIOSDB_API_PORT", "65536"],
    ["HELIOSDB_API_PORT", "http"],
    ["HELIOSDB_AUTH", "maybe"],
    ["HELIOSDB_ADMIN_API_KEY", "short"],
    ["HELIOSDB_JWT_SECRET", "short"],
    ["HELIOSDB_API_DIALECT", "xml"],
    ["HELIOSDB_SURFACES", "v1"],
    ["HELIOSDB_SURFACES", "sqlexec,mysql"],
    ["HELIOSDB_SURFACES", ","],
    ["HELIOSDB_CORS_ORIGINS", "*"],
    ["HELIOSDB_CORS_ORIGINS", "https://a.example/path"],
    ["HELIOSDB_TRUSTED_PROXIES", "10.0.0.0/33"],
    ["HELIOSDB_MAX_BODY_BYTES", "-1"],
    ["HELIOSDB_MAX_FILE_BYTES", "10GB"],
    ["HELIOSDB_RETENTION", "30"],
    ["HELIOSDB_RETENTION", "0d"],
    ["HELIOSDB_RETENTION", "30d,12h"],
    ["HELIOSDB_RETENTION", "30d,"],
    ["HELIOSDB_RETENTION", "30d,forever"],
    ["HELIOSDB_RETENTION", "3 months"],
    ["HELIOSDB_WEBHOOK_ALLOW", "10.0.0.0/33"],
    ["HELIOSDB_WEBHOOK_ALLOW", "10.0.0"],
    ["HELIOSDB_WEBHOOK_ALLOW", "https://example.com"],
    ["HELIOSDB_WEBHOOK_ALLOW", "*"],
    ["HELIOSDB_WEBHOOK_RETRY_MS", "0"],
  ])("refuses %s=%s by name", (name, value) => {
    expect(() => loadConfig({ [name]: value })).toThrow(name);
  });

  it.each([
    ["30d", 2_592_000_000, null],
    ["12h", 43_200_000, null],
    ["90 m", 5_400_000, null],
    ["2W", 1_209_600_000, null],
    ["10GB", null, 10_000_000_000],
    ["512MiB", null, 536_870_912],
    ["30d,10GB", 2_592_000_000, 10_000_000_000],
    ["10gb, 30d", 2_592_000_000, 10_000_000_000],
    ["forever", null, null],
  ])("reads the retention %s", (text, historyMs, historyBytes) => {
    const kept = { historyMs, historyBytes, deletedMs: 604_800_000 };
    expect(loadConfig({ HELIOSDB_RETENTION: text }).retention).toEqual(kept);
  });

  it("reads the path that a proxy removes", () => {
    expect(loadConfig({ HELIOSDB_PUBLIC_PREFIX: "/db/v2" }).publicPrefix).toBe("/db/v2");
    for (const bad of ["db", "/db/", "/", "/a b", "/a?b", "//x", "https://x/db"]) {
      expect(() => loadConfig({ HELIOSDB_PUBLIC_PREFIX: bad })).toThrow("HELIOSDB_PUBLIC_PREFIX");
    }
    expect(() => loadConfig({ HELIOSDB_SIGNING_KEY: "short" })).toThrow("HELIOSDB_SIGNING_KEY");
  });

  it("reads which surfaces to serve", () => {
    expect(loadConfig({ HELIOSDB_SURFACES: "None" }).surfaces).toEqual([]);
    expect(loadConfig({ HELIOSDB_SURFACES: "SQLExec" }).surfaces).toEqual(["sqlexec"]);
  });

  it("takes a certificate and its key together only", () => {
    const pair = { HELIOSDB_TLS_CERT: "a.pem", HELIOSDB_TLS_KEY: "a.key" };
    expect(loadConfig(pair)).toMatchObject({ tlsCert: "a.pem", tlsKey: "a.key" });
    expect(() => loadConfig({ HELIOSDB_TLS_CERT: "a.pem" })).toThrow("HELIOSDB_TLS_CERT needs HELIOSDB_TLS_KEY.");
    expect(() => loadConfig({ HELIOSDB_TLS_KEY: "a.key" })).toThrow("HELIOSDB_TLS_KEY needs HELIOSDB_TLS_CERT.");
  });

  it("lets authentication be off on a loopback address only", () => {
    expect(loadConfig({ HELIOSDB_AUTH: "off" }).auth).toBe("off");
    expect(() => loadConfig({ HELIOSDB_AUTH: "off", HELIOSDB_API_HOST: "0.0.0.0" })).toThrow("loopback");
  });
});
