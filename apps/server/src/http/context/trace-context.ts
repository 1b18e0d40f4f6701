import { randomFillSync } from "node:crypto";

/** Where a request stands in a trace, as the W3C Trace Context recommendation has it. */
export interface TraceContext {
  /** 32 hex digits: the caller's, or a new one. A surface may have another form of it. */
  readonly traceId: string;
  /** 16 hex digits: always ours. */
  readonly spanId: string;
  /** The caller's span, or null where the trace begins here. */
  readonly parentSpanId: string | null;
}

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const ZEROES = /^0+$/;

/** Random bytes are cheap by the kilobyte, and dear by the dozen. */
const pool = Buffer.alloc(4080);
let used = pool.length;

/** Continues the trace of a valid `traceparent`. Any other one is ignored, and the request begins a new trace. */
export function traceContext(traceparent: string | string[] | undefined): TraceContext {
  const caller = typeof traceparent === "string" ? parse(traceparent) : null;
  if (caller) return { traceId: caller.traceId, spanId: randomHex(SPAN_BYTES), parentSpanId: caller.parentSpanId };
  return { traceId: randomHex(TRACE_BYTES), spanId: randomHex(SPAN_BYTES), parentSpanId: null };
}

/** A version that we don't know yet may have more at its end, but begins like the first. */
function parse(traceparent: string): { traceId: string; parentSpanId: string } | null {
  const match = TRACEPARENT.exec(traceparent);
  if (!match) return null;
  const [, version, traceId, parentSpanId, more] = match as unknown as [string, string, string, string, string?];
  if (version === "ff" || (version === "00" && more !== undefined)) return null;
  if (ZEROES.test(traceId) || ZEROES.test(parentSpanId)) return null;
  return { traceId, parentSpanId };
}

function randomHex(bytes: number): string {
  for (;;) {
    if (used + bytes > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const id = pool.toString("hex", used, used + bytes);
    used += bytes;
    // The one value that means "none".
    if (!ZEROES.test(id)) return id;
  }
}
