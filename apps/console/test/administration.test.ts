import type { ApiKey, AuditEntry, Branch } from "@heliosdb/client";
import { describe, expect, it } from "vitest";
import { auditFilter } from "../src/pages/audit/audit-filter.js";
import { auditRows } from "../src/pages/audit/audit-rows.js";
import { limitText } from "../src/pages/keys/key-badges.js";
import { foundKeys, keyState } from "../src/pages/keys/key-state.js";
import { durationText, holdersOf } from "../src/pages/server/holders.js";
import { partsOf } from "../src/pages/server/readiness.js";
import { patternFault } from "../src/pages/shared/pattern-fault.js";
import { keysOf } from "../src/pages/users/keys-of.js";
import { linesOf, matchesGlob } from "../src/util/glob.js";

const NOW = Date.parse("2026-11-01T12:00:00Z");
const HOUR = 3_600_000;

describe("patterns of branches", () => {
  it("match as the server matches them: * is any text, ? one character", () => {
    const matching = (pattern: string) =>
      ["main", "feature-a", "feature-"].filter((name) => matchesGlob(pattern, name));
    expect(matching("feature-*")).toEqual(["feature-a", "feature-"]);
    expect(matching("feature-?")).toEqual(["feature-a"]);
    expect(matching("*a*")).toEqual(["main", "feature-a", "feature-"]);
    expect(matching("ma")).toEqual([]);
    expect(matching("")).toEqual([]);
    expect(matchesGlob(`${"*a".repeat(40)}b`, "a".repeat(100))).toBe(false);
  });

  it("are typed one a line, and faults are named", () => {
    expect(linesOf(" a \n\nb\na")).toEqual(["a", "b"]);
    expect(patternFault("a-*\nb?")).toBeNull();
    expect(patternFault("a\nb c")).toContain('Got "b c".');
  });
});

describe("keys", () => {
  const key = (values: Partial<ApiKey>) =>
    ({
      id: "k_1",
      name: "Report",
      userId: "ann",
      clientId: null,
      expiresAt: null,
      revokedAt: null,
      ...values,
    }) as ApiKey;

  it("are active until they end, and pointed out shortly before", () => {
    const state = (values: Partial<ApiKey>) => keyState(key(values), NOW);
    expect(state({})).toBe("active");
    expect(state({ expiresAt: new Date(NOW + 30 * 24 * HOUR) })).toBe("active");
    expect(state({ expiresAt: new Date(NOW + HOUR) })).toBe("ending");
    expect(state({ expiresAt: new Date(NOW) })).toBe("expired");
    expect(state({ revokedAt: new Date(NOW), expiresAt: new Date(NOW + HOUR) })).toBe("revoked");
  });

  it("are found by name, id and user, ended ones only on request", () => {
    const keys = [key({}), key({ id: "k_2", name: "Laptop", userId: "bob", revokedAt: new Date(NOW) })];
    expect(foundKeys(keys, "ANN", false).map(({ id }) => id)).toEqual(["k_1"]);
    expect(foundKeys(keys, "lap", false)).toEqual([]);
    expect(foundKeys(keys, "lap", true).map(({ id }) => id)).toEqual(["k_2"]);
    expect(keysOf("bob", keys, NOW)).toEqual([]);
    expect(keysOf("ann", keys, NOW)).toHaveLength(1);
  });

  it("say what they see", () => {
    expect(limitText({ branches: null, tables: null })).toBe("Everything");
    expect(limitText({ branches: ["dev-*"], tables: ["a", "b"] })).toBe("branch dev-*, 2 tables");
  });
});

describe("the audit log", () => {
  it("is asked for by what the URL has, without what is no time and no outcome", () => {
    expect(auditFilter({ from: "2026-11-01T12:00:00Z", until: "soon", outcome: "maybe", user: "ann" })).toEqual({
      from: new Date(NOW),
      user: "ann",
    });
    expect(auditFilter({ outcome: "refused" })).toEqual({ outcome: "refused" });
  });

  it("is exported with a column for everything", async () => {
    async function* entries() {
      yield { time: new Date(NOW), userId: "ann", keyId: null, operation: "query", status: 200 } as AuditEntry;
    }
    const source = auditRows(entries());
    const rows = [];
    for await (const row of source) rows.push(row);
    expect(rows).toMatchObject([{ time: "2026-11-01T12:00:00.000Z", user: "ann", operation: "query", status: 200 }]);
    expect(Object.keys(rows[0]!)).toEqual(source.columns);
  });
});

describe("the server", () => {
  it("has parts that are ready or say why not", () => {
    const report = { ready: false, parts: { node: { ok: true }, disk: { ok: false, problem: "full" }, odd: {} } };
    expect(partsOf(JSON.stringify(report))).toEqual([
      { name: "node", problem: null },
      { name: "disk", problem: "full" },
      { name: "odd", problem: "it is not ready" },
    ]);
    expect(() => partsOf("[]")).toThrow("Expected a report");
  });

  it("keeps history for branches that are older than the limit, the oldest first", () => {
    const branch = (name: string, hours: number, values: Partial<Branch> = {}) =>
      ({
        ...{ name, isDefault: false, isolated: true, state: "Active" },
        ...{ forkedAt: new Date(NOW - hours * HOUR), ...values },
      }) as Branch;
    const branches = [
      branch("main", 900, { isDefault: true }),
      branch("new", 1),
      branch("old", 30),
      branch("older", 40, { state: "Merged" }),
      branch("follower", 50, { isolated: false }),
    ];
    expect(holdersOf(branches, 24 * 3600, NOW).map(({ branch: { name }, why }) => [name, why])).toEqual([
      ["follower", "unwritten"],
      ["older", "merged"],
      ["old", "unmerged"],
    ]);
    expect(holdersOf(branches, null, NOW)).toEqual([]);
  });

  it("says how long", () => {
    expect([30 * 86_400, 86_400, 5400, 7, 0].map(durationText)).toEqual([
      ...["30 days", "1 day", "90 minutes", "7 seconds", "no time"],
    ]);
  });
});
