import { describe, expect, it } from "vitest";
import { DialectNegotiator } from "../../dist/edge/dialect.js";
import { refuseLargeIntegers } from "../../dist/edge/integers.js";
import { parseQueryString } from "../../dist/edge/query-string.js";
import { RouteTable } from "../../dist/edge/route-table.js";
import { addressKey, isLoopback } from "../../dist/util/addresses.js";
import { suggestion } from "../../dist/util/nearest.js";

const LITE = "application/vnd.heliosdb.lite.v1+json";
const SPEC = "application/vnd.heliosdb.v1+json";

describe("the dialect", () => {
  it.each([
    [undefined, "lite", "application/json; charset=utf-8"],
    ["*/*", "lite", "application/json; charset=utf-8"],
    ["text/html", "lite", "application/json; charset=utf-8"],
    [LITE, "lite", LITE],
    [SPEC, "spec", SPEC],
    [`${SPEC}; charset=utf-8`, "spec", SPEC],
    [`${LITE};q=0.5, ${SPEC}`, "spec", SPEC],
    [`application/json, ${SPEC};q=0.9`, "lite", "application/json; charset=utf-8"],
    [`*/*, ${SPEC}`, "spec", SPEC],
    [`${SPEC};q=0, ${LITE};q=0.1`, "lite", LITE],
    [SPEC.toUpperCase(), "spec", SPEC],
  ])("for Accept %s", (accept, dialect, contentType) => {
    expect(new DialectNegotiator("lite").choose(accept)).toEqual({ dialect, contentType, linesType: null });
  });

  it("of application/json is the server's default", () => {
    expect(new DialectNegotiator("spec").choose("application/json").dialect).toBe("spec");
    expect(new DialectNegotiator("spec").choose(LITE).dialect).toBe("lite");
  });
});

describe("large integers in a body", () => {
  it.each([
    '{"a":9007199254740993}',
    '{"a":[1,-9007199254740992]}',
    '{"a":1}  [99999999999999999999]',
    '{"9007199254740993":123456789012345678}',
  ])("are refused in %s", (json) => {
    expect(() => refuseLargeIntegers(json)).toThrow("send it as a string");
  });

  it.each([
    '{"a":9007199254740991}',
    '{"a":"9007199254740993"}',
    '{"a":"\\"9007199254740993"}',
    '{"a":12345678901234567890.5}',
    '{"a":1e300}',
    '{"a":0.12345678901234567890}',
  ])("are no matter in %s", (json) => {
    expect(() => refuseLargeIntegers(json)).not.toThrow();
  });
});

describe("small parts", () => {
  it("splits a query string, with + a blank", () => {
    expect({ ...parseQueryString("a=1+2&b=%2B&c") }).toEqual({ a: "1 2", b: "+", c: "" });
  });

  it("knows the methods of a path", () => {
    const table = new RouteTable();
    table.add("GET", "/v1/branches/{branch}");
    table.add("DELETE", "/v1/branches/{branch}");
    expect(table.methods("/v1/branches/a%2Fb?x=1")).toEqual(["GET", "HEAD", "DELETE", "OPTIONS"]);
    expect(table.methods("/v1/branches/a/b")).toEqual([]);
  });

  it("knows loopback names from others", () => {
    for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "db.localhost", "::ffff:127.0.0.1"]) {
      expect(isLoopback(host)).toBe(true);
    }
    for (const host of ["0.0.0.0", "::", "example.com", "localhost.example.com", "10.0.0.1", "::ffff:10.0.0.1"]) {
      expect(isLoopback(host)).toBe(false);
    }
  });

  it("counts IPv6 callers by /64", () => {
    expect(addressKey("2001:db8:1:2:3:4:5:6")).toBe(addressKey("2001:db8:1:2::1"));
    expect(addressKey("2001:db8:1:3::1")).not.toBe(addressKey("2001:db8:1:2::1"));
    expect(addressKey("::ffff:10.0.0.1")).toBe("10.0.0.1");
  });

  it("suggests what was probably meant, and nothing for anything else", () => {
    expect(suggestion("timeoutMs", ["timeout_ms", "sql"])).toBe("timeout_ms");
    expect(suggestion("qsl", ["sql", "params"])).toBe("sql");
    expect(suggestion("banana", ["sql", "params"])).toBeUndefined();
  });
});
