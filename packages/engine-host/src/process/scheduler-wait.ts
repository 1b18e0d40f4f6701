import { readFileSync } from "node:fs";

/**
 * Milliseconds that a process has been ready to run without getting a core, all told; null where the system does not
 * say. Of Linux it is the second field of `schedstat`, in nanoseconds, and counts the main thread alone.
 */
export function schedulerWaitMs(pid: number | null | undefined): number | null {
  if (pid === undefined || pid === null || process.platform !== "linux") return null;
  try {
    const waited = Number(readFileSync(`/proc/${pid}/schedstat`, "latin1").split(" ")[1]);
    return Number.isFinite(waited) ? waited / 1e6 : null;
  } catch {
    // A kernel built without it, or the process has just ended.
    return null;
  }
}
