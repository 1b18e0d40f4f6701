import { API_KEY } from "../server.js";

/** A request to either server. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

export interface Told {
  readonly status: number;
  /** Of the headers that clients of rqlite read. */
  readonly headers: { readonly [name: string]: string | null };
  readonly body: string;
}

const HEADERS = [
  "content-type",
  "location",
  "x-rqlite-version",
  "access-control-allow-methods",
  "access-control-allow-headers",
];

export async function exchange(url: string, { method, path, body }: Asked): Promise<Told> {
  const response = await fetch(url + path, {
    method,
    redirect: "manual",
    headers: { "x-api-key": API_KEY, "content-type": "application/json" },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(
      // A body that is not there has no type.
      HEADERS.map((name) => [name, name === "content-type" && text === "" ? null : response.headers.get(name)]),
    ),
    body: withoutTimes(text),
  };
}

/** Times and sequence numbers are never equal; that they are there is. */
function withoutTimes(body: string): string {
  return body
    .replace(/("time": ?)[-+.\deE]+/g, "$1T")
    .replace(/("time_s": ?)"[^"]*"/g, "$1T")
    .replace(/("sequence_number": ?)\d+/g, "$1N");
}
