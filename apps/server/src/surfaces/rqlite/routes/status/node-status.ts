import { indented } from "../../presenters/json-text.js";

/** The version of rqlite whose API this is; clients decide by it what they may send. */
export const RQLITE_VERSION = "8";
const NODE_ID = "1";
/** Of the SQLite whose dialect this is, as far as clients care. */
const SQLITE_VERSION = "3.45.1";

/** The only node, as the client reaches it: its own address may be one inside a network. */
export interface NodeAddress {
  readonly protocol: string;
  readonly address: string;
}

/** The status of a cluster of one. It has the names that clients read, and tells nothing of the machine. */
export function nodeStatus({ protocol, address }: NodeAddress): object {
  const now = Date.now();
  const upMs = Math.round(process.uptime() * 1000);
  const node = { addr: address, node_id: NODE_ID };
  return {
    build: { version: RQLITE_VERSION },
    cluster: { addr: address, api_addr: address, https: String(protocol === "https") },
    http: { auth: "enabled", bind_addr: address },
    mux: {},
    network: {},
    node: {
      current_time: new Date(now).toISOString(),
      start_time: new Date(now - upMs).toISOString(),
      uptime: `${upMs / 1000}s`,
    },
    os: {},
    runtime: {},
    store: {
      addr: address,
      leader: node,
      node_id: NODE_ID,
      nodes: [{ addr: address, id: NODE_ID, suffrage: "Voter" }],
      ready: true,
      sqlite3: { version: SQLITE_VERSION },
    },
  };
}

/** A part of an object by its path, or an empty object where there is none. */
export function partOf(whole: object, path: string): unknown {
  let part: unknown = whole;
  for (const name of path === "" ? [] : path.split(".")) {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    if (!Object.hasOwn(part, name)) return {};
    part = (part as { readonly [name: string]: unknown })[name];
  }
  return part;
}

export function nodes({ protocol, address }: NodeAddress, version: string): object {
  const node = {
    id: NODE_ID,
    api_addr: `${protocol}://${address}`,
    addr: address,
    voter: true,
    reachable: true,
    leader: true,
    time: 0.000001,
    time_s: "1µs",
  };
  return version === "2" ? { nodes: [node] } : { [NODE_ID]: node };
}

export function statusText(value: unknown, pretty: boolean): string {
  const json = JSON.stringify(value);
  return pretty ? indented(json) : json;
}
