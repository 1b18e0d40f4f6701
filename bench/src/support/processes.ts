import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;
const ENTRIES: readonly (readonly [text: string, kind: string])[] = [
  ["front-main.js", "front"],
  ["readers/main.js", "reader"],
  ["writers/main.js", "writer"],
  ["clones/main.js", "helper"],
];

export interface ProcessFigures {
  /** `main` is the one that was started. */
  readonly kind: string;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** What a process and its children have used, by process id. Empty where there is no /proc. */
export function processesOf(main: number): ReadonlyMap<number, ProcessFigures> {
  const found = new Map<number, ProcessFigures>();
  for (const pid of pidsOf()) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      // The name, in parentheses, may contain anything.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (pid !== main && Number(fields[1]) !== main) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, "latin1");
      const kind = pid === main ? "main" : (ENTRIES.find(([text]) => command.includes(text))?.[1] ?? "other");
      const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
      const status = readFileSync(`/proc/${pid}/status`, "latin1");
      const residentBytes = Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
      found.set(pid, { kind, cpuSeconds, residentBytes });
    } catch {
      // It has just ended.
    }
  }
  return found;
}

function pidsOf(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}
