/** One of the requests that a load consists of. */
export interface LoadRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** JSON; empty for a GET. */
  readonly body: string;
  /** Of the response, where it matters. */
  readonly accept?: string;
}

/** The Lua script by which wrk sends requests in turn and prints what came of it, as `RESULT` and JSON. */
export function wrkScript(requests: readonly LoadRequest[]): string {
  return `
local given = {
${requests.map((request) => `${entry(request)},`).join("\n")}
}
local requests = {}
local at = 0

function init()
  for i, given in ipairs(given) do
    local headers = { ["Content-Type"] = "application/json", ["Accept"] = given.accept }
    requests[i] = wrk.format(given.method, given.path, headers, given.body)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format('RESULT {"requests":%d,"bytes":%d,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f,"failed":%d}',
    summary.requests, summary.bytes, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    failed))
end
`;
}

function entry({ method, path, body, accept }: LoadRequest): string {
  const given = [`method = "${method}"`, `path = ${longText(path)}`];
  if (method === "POST") given.push(`body = ${longText(body)}`);
  if (accept !== undefined) given.push(`accept = ${longText(accept)}`);
  return `{ ${given.join(", ")} }`;
}

/** A text in Lua's long brackets, of a level that does not occur in it. */
function longText(text: string): string {
  let level = "=";
  while (text.includes(`]${level}]`)) level += "=";
  return `[${level}[${text}]${level}]`;
}
