import type { HookCall, HookFailure, HookResponse, Hooks } from "./hooks.js";

/** The part of OpenTelemetry's `Span` that is used. */
export interface TracingSpan {
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };
  setAttribute(name: string, value: string | number): unknown;
  setStatus(status: { code: number }): unknown;
  end(): void;
}

/** The part of OpenTelemetry's `Tracer` that is used. */
export interface TracingTracer {
  startSpan(
    name: string,
    options: { readonly kind: number; readonly attributes: Readonly<Record<string, string | number>> },
  ): TracingSpan;
}

/** OpenTelemetry's `SpanKind.CLIENT` and `SpanStatusCode.ERROR`. */
const CLIENT = 2;
const ERROR = 2;

/**
 * Hooks that make a span of each attempt, named and attributed as OpenTelemetry's conventions say, whose trace the server
 * continues: `hooks: tracingHooks(trace.getTracer("my-app"))`, with `trace` of @opentelemetry/api.
 */
export function tracingHooks(tracer: TracingTracer): Hooks {
  const spans = new WeakMap<HookCall, TracingSpan>();
  const end = ({ call, status, requestId }: HookResponse | HookFailure, code?: string) => {
    const span = spans.get(call);
    spans.delete(call);
    if (status > 0) span?.setAttribute("http.response.status_code", status);
    if (requestId !== undefined) span?.setAttribute("heliosdb.request_id", requestId);
    if (code !== undefined) {
      span?.setAttribute("error.type", code);
      span?.setStatus({ code: ERROR });
    }
    span?.end();
  };
  return {
    request({ call, attempt }) {
      const name = `${call.method} ${call.route}`;
      const span = tracer.startSpan(name, { kind: CLIENT, attributes: attributesOf(call, attempt) });
      spans.set(call, span);
      const { traceId, spanId, traceFlags } = span.spanContext();
      // Without a configured SDK, spans are not recorded and have no ids.
      if (/^0*$/.test(traceId)) return undefined;
      return { traceparent: `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, "0")}` };
    },
    response: (event) => end(event),
    retry: (event) => end(event, event.code),
    error: (event) => end(event, event.code),
  };
}

function attributesOf({ method, route, branch, server }: HookCall, attempt: number): Record<string, string | number> {
  const { hostname, port, protocol } = new URL(server);
  return {
    "http.request.method": method,
    "url.template": route,
    "server.address": hostname,
    "server.port": port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
    ...(attempt > 1 && { "http.request.resend_count": attempt - 1 }),
    ...(branch !== undefined && { "heliosdb.branch": branch }),
  };
}
