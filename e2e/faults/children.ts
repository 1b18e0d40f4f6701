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

/** The child processes of a server, of a kind that is known. Linux only. */
export function childrenOf(main: number): Child[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      // The name, in parentheses, may contain anything.
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(parent) !== main || state === "Z") return [];
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

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
