import { parentPort, workerData } from "node:worker_threads";
import { openReader } from "@heliosdb/engine";

// Reads one row after another, with a pause between them, and responds to "report" with the time of each since the
// last.
const { directory, clockOffsetMs, rows } = workerData as { directory: string; clockOffsetMs: number; rows: number };
const reader = openReader({ directory, clockOffsetMs });
let took: number[] = [];
let at = 0;

const timer = setInterval(() => {
  at = (at + 7919) % rows;
  const start = performance.now();
  reader.read({ op: "query", request: { branch: "main", sql: `SELECT * FROM items WHERE id = ${at + 1}` } });
  took.push(performance.now() - start);
}, 1);

parentPort!.on("message", (what: "report" | "end") => {
  parentPort!.postMessage(took);
  took = [];
  if (what === "report") return;
  clearInterval(timer);
  reader.close();
  parentPort!.close();
});
