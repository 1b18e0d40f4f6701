import { rmSync } from "node:fs";
import { placeOf, startNode, untilWritten } from "../cells/nodes.js";
import { type RunningStore, startStore, storeProblem } from "../cells/postgres.js";
import type { RunningServer } from "../http/server-process.js";
import type { Benchmark, Row } from "../support/benchmark.js";
import { median } from "../support/timing.js";

const EXECUTE = "/v1/branches/main/execute";
const TABLE = "CREATE TABLE blobs (id INTEGER PRIMARY KEY, bytes BLOB)";
const WRITE = "INSERT INTO blobs (bytes) VALUES (x'00')";
const MIB = 2 ** 20;

/** How long until a cell takes writes again, after what has happened to its active node. */
export const cellRecovery: Benchmark = {
  name: "cell-recovery",
  problem: storeProblem,
  async run({ quick, folder }) {
    const store = await startStore();
    try {
      return [...(await ends(store, folder, quick ? 1 : 5)), await restore(store, folder, quick ? 16 : 1024)];
    } finally {
      await store.stop();
    }
  },
};

/** The active node is killed: how long until its standby, or the same node again, has acknowledged a write. */
async function ends(store: RunningStore, folder: string, rounds: number): Promise<Row[]> {
  const taken: number[] = [];
  const restarted: number[] = [];
  const places = [await placeOf("a", folder), await placeOf("b", folder)];
  const nodes: RunningServer[] = [];
  try {
    for (const place of places) nodes.push(await startNode(store, place));
    await untilWritten(nodes[0]!.origin, TABLE);
    for (let round = 0; round < rounds; round++) {
      const [active, other] = round % 2 === 0 ? [0, 1] : [1, 0];
      await untilWritten(nodes[other]!.origin, WRITE);
      await nodes[active]!.kill();
      taken.push(await untilWritten(nodes[other]!.origin, WRITE));
      nodes[active] = await startNode(store, places[active]!);
      await untilWritten(nodes[active]!.origin, WRITE);
    }
    // One that is alone in its cell goes on with its own lease.
    const last = rounds % 2 === 0 ? 0 : 1;
    await nodes[1 - last]!.stop();
    for (let round = 0; round < rounds; round++) {
      await nodes[last]!.kill();
      const from = performance.now();
      nodes[last] = await startNode(store, places[last]!);
      await untilWritten(nodes[last]!.origin, WRITE);
      restarted.push(performance.now() - from);
    }
  } finally {
    for (const node of nodes) await node.stop();
  }
  return [
    atMost("next write by a standby after its active node was killed, with a lease of 5 s", 6000, median(taken)),
    atMost("next write by an active node that was killed and started again", 2000, median(restarted)),
  ];
}

/** A node without a folder is started: how long until it has everything, and has acknowledged a write. */
async function restore(store: RunningStore, folder: string, mebibytes: number): Promise<Row> {
  const place = await placeOf("a", folder);
  const first = await startNode(store, place);
  try {
    await untilWritten(first.origin, WRITE);
    for (let i = 0; i < mebibytes / 16; i++) {
      const sql = `INSERT INTO blobs (bytes) SELECT randomblob(${MIB / 16}) FROM json_each('[${Array(256).fill(0)}]')`;
      await first.post(EXECUTE, { sql });
    }
  } finally {
    await first.stop();
  }
  rmSync(place.folder, { recursive: true });
  const from = performance.now();
  const again = await startNode(store, place);
  try {
    await untilWritten(again.origin, WRITE);
    const took = performance.now() - from;
    const found = await again.post("/v1/branches/main/query", { sql: "SELECT sum(length(bytes)) AS bytes FROM blobs" });
    const [{ bytes }] = (JSON.parse(found) as { rows: [{ bytes: number }] }).rows;
    if (bytes < mebibytes * MIB) throw new Error(`the node has ${bytes} bytes of ${mebibytes} MiB`);
    return atMost(`a node without a folder, ${mebibytes} MiB in the store: its next write`, 15_000, took);
  } finally {
    await again.stop();
  }
}

function atMost(what: string, most: number, ours: number): Row {
  return { what, against: `${most / 1000} s`, unit: "ms", ours, theirs: most, target: { most: 1 } };
}
