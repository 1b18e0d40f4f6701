import { readFileSync } from "node:fs";

/**
 * Total milliseconds for which a process has been ready to run without getting a core; null if the system does not
 * report it.
 */
export function schedulerWaitMs(pid: number | null | undefined): number | null {
  return fieldOf(pid, 1);
}

/** Total milliseconds for which a process has had a core; null if the system does not report it. */
export function coreMs(pid: number | null | undefined): number | null {
  return fieldOf(pid, 0);
}

/** On Linux both are fields of `schedstat`, in nanoseconds, and count only the main thread. */
function fieldOf(pid: number | null | undefined, index: 0 | 1): number | null {
  if (pid === undefined || pid === null || process.platform !== "linux") return null;
  try {
    const found = Number(readFileSync(`/proc/${pid}/schedstat`, "latin1").split(" ")[index]);
    return Number.isFinite(found) ? found / 1e6 : null;
  } catch {
    // The kernel was built without it, or the process has just ended.
    return null;
  }
}
