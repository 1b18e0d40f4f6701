import { describe, expect, it } from "vitest";
import { byLabel, parseMetrics, sumOf } from "../src/pages/server/metrics/parse.js";
import { operationRates, quantile, rateOf } from "../src/pages/server/metrics/rates.js";
import { sampleOf } from "../src/pages/server/metrics/sample.js";

const page = (queries: number, fast: number, failed: number) => `# HELP heliosdb_http_requests_total Requests.
heliosdb_http_requests_total{surface="v1",operation="query",method="POST",status="2xx"} ${queries}
heliosdb_http_requests_total{surface="v1",operation="query",method="POST",status="5xx"} ${failed}
heliosdb_http_requests_total{surface="v1",operation="getMetrics",method="GET",status="2xx"} 999
heliosdb_http_request_duration_seconds_bucket{operation="query",le="0.01"} ${fast}
heliosdb_http_request_duration_seconds_bucket{operation="query",le="0.1"} ${queries}
heliosdb_http_request_duration_seconds_bucket{operation="query",le="+Inf"} ${queries}
heliosdb_http_request_duration_seconds_sum{operation="query"} ${queries / 100}
heliosdb_http_request_duration_seconds_count{operation="query"} ${queries}
heliosdb_engine_queue_depth{pool="readers"} 3
`;

describe("a page of metrics", () => {
  it("is read with its labels, whatever they hold", () => {
    const metrics = parseMetrics(
      'a{b="x\\"}\\n\\\\",c="d,e"} 1.5e3 1700000000\nb +Inf\nbroken line here\n# a 3\nd{} -1',
    );
    expect(metrics.get("a")).toEqual([{ labels: { b: 'x"}\n\\', c: "d,e" }, value: 1500 }]);
    expect(metrics.get("b")?.[0]?.value).toBe(Number.POSITIVE_INFINITY);
    expect(sumOf(metrics, "d")).toBe(-1);
    expect(sumOf(metrics, "missing")).toBeNull();
    expect([...metrics.keys()]).toEqual(["a", "b", "d"]);
  });

  it("is summed by a label", () => {
    const metrics = parseMetrics('m{kind="a",n="1"} 1\nm{kind="a",n="2"} 2\nm{kind="b"} 4');
    expect([...byLabel(metrics, "m", "kind")]).toEqual([
      ["a", 3],
      ["b", 4],
    ]);
    expect(sumOf(metrics, "m", { kind: "a" })).toBe(3);
  });
});

describe("rates between two looks", () => {
  const before = sampleOf(parseMetrics(page(10, 10, 0)), 1000);
  const after = sampleOf(parseMetrics(page(30, 20, 2)), 3000);

  it("count what is asked of the database, by the second", () => {
    expect(rateOf(before, after)).toMatchObject({ done: 10, refused: 0, failed: 1 });
    expect(after.waitingReads).toBe(3);
  });

  it("are none where the server has started again in between", () => {
    expect(rateOf(after, { ...before, time: 5000 })).toBeNull();
    expect(rateOf(after, after)).toBeNull();
  });

  it("tell within which time requests ended, as far as the bounds do", () => {
    const rate = rateOf(before, after)!;
    expect(rate.p50).toBeCloseTo(10);
    expect(rate.p95).toBeCloseTo(91);
    expect(quantile([], 0.5)).toBeNull();
    expect(quantile([[0.1, 0]], 0.5)).toBeNull();
    expect(
      quantile(
        [
          [0.1, 1],
          [Number.POSITIVE_INFINITY, 9],
        ],
        0.9,
      ),
    ).toBe(100);
  });

  it("say what took the time", () => {
    expect(operationRates(before, after)).toEqual([
      { operation: "query", count: 20, mean: expect.closeTo(10), share: 1 },
    ]);
    expect(operationRates(after, after)).toEqual([]);
  });
});
