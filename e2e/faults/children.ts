import { readdirSync, readFileSync } from "node:fs";

export const KINDS = ["main", "front", "reader", "writer", "helper"] as const;
export type Kind = (typeof KINDS)[number];

export interface Child {
  readonly pid: number;
  readonly kind: Kind;
}

const ENTRIES: readonly (readonly [string, Kind])[] = [
  ["front-main.js", "front"],
  ["readers/main.js", "reader"],
  ["writers/main.js", "writer"],
  ["clones/main.js", "helper"],
];

/** State and parent of a process, or null for one that is gone. */
function statusOf(pid: number | string): { readonly state: string; readonly parent: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name, in parentheses, may contain anything.
    const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

/** The child processes of a server, of a kind that is known. Linux only. */
export function childrenOf(main: number): Child[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    if (statusOf(pid)?.parent !== main || !isAlive(Number(pid))) return [];
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "latin1");
      const kind = ENTRIES.find(([entry]) => command.includes(entry))?.[1];
      return kind ? [{ pid: Number(pid), kind }] : [];
    } catch {
      return [];
    }
  });
}

/** Bytes of memory that a process has in use; 0 for one that is gone. */
export function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Whether it runs: one that has ended may still be in the system's table for a while. */
export function isAlive(pid: number): boolean {
  const status = statusOf(pid);
  return status !== null && status.state !== "Z" && status.state !== "X";
}
