import { describe, expect, it } from "vitest";
import { traceContext } from "../../src/http/context/trace-context.js";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

describe("the trace context of a request", () => {
  it("continues a valid traceparent with a span of its own", () => {
    const context = traceContext(`00-${TRACE}-${SPAN}-01`);
    expect(context).toMatchObject({ traceId: TRACE, parentSpanId: SPAN });
    expect(context.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(context.spanId).not.toBe(SPAN);
  });

  it("takes a later version by its first four fields", () => {
    expect(traceContext(`cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`).traceId).toBe(TRACE);
    expect(traceContext(`cc-${TRACE}-${SPAN}-01`).traceId).toBe(TRACE);
  });

  it.each([
    ["nothing", undefined],
    ["an empty one", ""],
    ["two of them", [`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01`]],
    ["two of them, as Node joins them", `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ["version ff", `ff-${TRACE}-${SPAN}-01`],
    ["more than version 00 has", `00-${TRACE}-${SPAN}-01-more`],
    ["a later version whose flags do not end", `cc-${TRACE}-${SPAN}-01.more`],
    ["capital letters", `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ["a trace of zeroes", `00-${"0".repeat(32)}-${SPAN}-01`],
    ["a span of zeroes", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["a trace that is too short", `00-${TRACE.slice(1)}-${SPAN}-01`],
    ["flags that are no hex digits", `00-${TRACE}-${SPAN}-0x`],
    ["no flags", `00-${TRACE}-${SPAN}`],
  ])("begins a trace of its own for %s", (_, given) => {
    const context = traceContext(given as string);
    expect(context.parentSpanId).toBeNull();
    expect(context.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(context.traceId).not.toBe(TRACE);
    expect(context.spanId).toMatch(/^[0-9a-f]{16}$/);
  });

  it("gives no id twice", () => {
    const contexts = Array.from({ length: 5000 }, () => traceContext(undefined));
    expect(new Set(contexts.flatMap(({ traceId, spanId }) => [traceId, spanId])).size).toBe(10_000);
  });
});
