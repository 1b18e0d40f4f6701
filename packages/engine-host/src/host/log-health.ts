import type { PartHealth } from "@heliosdb/port";
import { STUCK_MS } from "../writers/confirmations.js";

/** The state of logs in which the oldest change has been waiting for so long. */
export function logHealth(waitingMs: number): PartHealth {
  const isStuck = waitingMs > STUCK_MS;
  return {
    name: "log",
    ready: isStuck ? 0 : 1,
    problem: isStuck ? `entries have been waiting for the store for ${Math.round(waitingMs)} ms` : null,
  };
}
