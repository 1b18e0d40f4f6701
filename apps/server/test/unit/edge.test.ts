import { describe, expect, it } from "vitest";
import { RouteTable } from "../../dist/http/checks/route-table.js";
import { refuseInexact } from "../../dist/schema/exact-json.js";
import { FormatNegotiator } from "../../dist/surfaces/v1/formats/format-negotiator.js";
import { readQueryString } from "../../dist/surfaces/v1/readers/query-string.js";
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
    expect(new FormatNegotiator("lite").choose(accept)).toMatchObject({ dialect, contentType, rows: null });
  });

  it("of application/json is the server's default", () => {
    expect(new FormatNegotiator("spec").choose("application/json").dialect).toBe("spec");
    expect(new FormatNegotiator("spec").choose(LITE).dialect).toBe("lite");
  });
});

describe("what JSON.parse would change", () => {
  const look = (json: string) => () => refuseInexact(json, JSON.parse(json));
  /** Of a long text, what it was parsed to is looked at first. */
  const long = (json: string) => `[{"pad":"${"x".repeat(2000)}"},1.5,${json}]`;

  it.each([
    '{"a":9007199254740993}',
    '{"a":[1,-9007199254740992]}',
    '[{"a":1},  [99999999999999999999]]',
    '{"9007199254740993":123456789012345678}',
    `[${"9".repeat(2_000_000)}]`,
  ])("integers that it rounds are refused in %.60s", (json) => {
    expect(look(json)).toThrow("Send it as a string");
    expect(look(long(json))).toThrow("Send it as a string");
  });

  it.each(['{"a":1e400}', "[-1e400]", "[1.5E+0400]", `[${"9".repeat(310)}.5]`, `[${"9".repeat(300)}e10]`])(
    "numbers beyond the doubles are refused in %.60s",
    (json) => {
      expect(look(json)).toThrow("too large for a double");
      expect(look(long(json))).toThrow("too large for a double");
    },
  );

  it.each(['{"a":1e-400}', "[-0.1e-999]", `[0.${"0".repeat(400)}1]`])("numbers that it makes 0 in %.60s", (json) => {
    expect(look(json)).toThrow("too small for a double");
    expect(look(long(json))).toThrow("too small for a double");
  });

  it.each([
    ['{"a":"\\ud800"}', "'a' has the unpaired surrogate \\ud800"],
    ['{"a":{"b":[1,"x\\uDC00y"]}}', "'a.b[1]' has the unpaired surrogate \\udc00"],
    ['{"rows":[{"\\udbff":1}]}', "a name in 'rows[0]' has the unpaired surrogate \\udbff"],
    ['"\\udc00\\ud800"', "the body has the unpaired surrogate \\udc00"],
  ])("halves of surrogate pairs are refused in %s", (json, message) => {
    expect(look(json)).toThrow(message);
  });

  it.each([
    '{"a":9007199254740991}',
    '{"a":"9007199254740993"}',
    '{"a":"\\"9007199254740993"}',
    '{"a":12345678901234567890.5}',
    '{"a":1e300}',
    '{"a":"1e400"}',
    '{"a":0.12345678901234567890}',
    "[0e999, 0.0e-999, 5e-324, 1.7976931348623157e308, -0.0]",
    '{"a":"\\ud83d\\ude00", "\\uD83D\\uDE00": "\\\\ud800"}',
  ])("nothing else is refused: %s", (json) => {
    expect(look(json)).not.toThrow();
    expect(look(long(json))).not.toThrow();
  });
});

describe("small parts", () => {
  it("splits a query string, with + a blank", () => {
    expect({ ...readQueryString("a=1+2&b=%2B&c") }).toEqual({ a: "1 2", b: "+", c: "" });
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
