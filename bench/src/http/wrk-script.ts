/** The Lua script by which wrk posts JSON bodies in turn and prints what came of it, as `RESULT` and JSON. */
export function wrkScript(path: string, bodies: readonly string[]): string {
  return `
local bodies = {
${bodies.map((body) => `${longText(body)},`).join("\n")}
}
local headers = { ["Content-Type"] = "application/json" }
local requests = {}
local at = 0

function init()
  for i, body in ipairs(bodies) do requests[i] = wrk.format("POST", ${longText(path)}, headers, body) end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format('RESULT {"perSecond":%.1f,"p50Ms":%.3f,"p99Ms":%.3f,"failed":%d}',
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000, failed))
end
`;
}

/** A text in Lua's long brackets, of a level that does not occur in it. */
function longText(text: string): string {
  let level = "=";
  while (text.includes(`]${level}]`)) level += "=";
  return `[${level}[${text}]${level}]`;
}
