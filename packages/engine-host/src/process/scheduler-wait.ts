import { readFileSync } from "node:fs";

/**
 * Total milliseconds for which a process has been ready to run without getting a core; null if the system does not
 * report it. On Linux it is the second field of `schedstat`, in nanoseconds, and counts only the main thread.
 */
export function schedulerWaitMs(pid: number | null | undefined): number | null {
  if (pid === undefined || pid === null || process.platform !== "linux") return null;
  try {
    const waited = Number(readFileSync(`/proc/${pid}/schedstat`, "latin1").split(" ")[1]);
    return Number.isFinite(waited) ? waited / 1e6 : null;
  } catch {
    // The kernel was built without it, or the process has just ended.
    return null;
  }
}
