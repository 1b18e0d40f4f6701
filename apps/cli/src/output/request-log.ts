import type { Hooks } from "@heliosdb/client";

/** Writes a line for each attempt to stderr, for --verbose. It has neither the key nor values. */
export const REQUEST_LOG: Hooks = {
  response: ({ call, status, durationMs, requestId }) => log(call.method, call.route, status, durationMs, requestId),
  error: ({ call, code, durationMs, requestId }) => log(call.method, call.route, code, durationMs, requestId),
  retry: ({ call, code, durationMs, requestId, delayMs }) => {
    log(call.method, call.route, code, durationMs, requestId, `, again in ${Math.round(delayMs)} ms`);
  },
};

function log(
  method: string,
  route: string,
  outcome: string | number,
  durationMs: number,
  requestId: string | undefined,
  more = "",
): void {
  const id = requestId === undefined ? "" : `, request ${requestId}`;
  process.stderr.write(`> ${method} ${route}: ${outcome} in ${Math.round(durationMs)} ms${id}${more}\n`);
}
