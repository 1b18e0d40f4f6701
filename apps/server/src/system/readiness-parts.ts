/**
 * The parts of a server that can be ready or not, in the order in which they are reported. The first three are
 * summaries that clients of other servers expect: `leader` says whether writes are accepted, `store` whether data can
 * be read.
 */
export const READINESS_PARTS = ["node", "leader", "store", "catalog", "readers", "writers", "disk"] as const;
export type ReadinessPart = (typeof READINESS_PARTS)[number] | "log";

export interface ReadinessReport {
  readonly ready: boolean;
  /** The problem of each part, or null. Only the active node of a cell has a log. */
  readonly problems: { readonly [P in (typeof READINESS_PARTS)[number]]: string | null } & {
    readonly log?: string | null;
  };
}

/** Texts that clients of other servers expect instead of `ok`. */
const FOREIGN: { readonly [P in ReadinessPart]?: string } = {
  leader: "[+]leader does not exist",
  store: "[+]store not ready",
};

function partsOf({ problems }: ReadinessReport): readonly ReadinessPart[] {
  return problems.log === undefined ? READINESS_PARTS : [...READINESS_PARTS, "log"];
}

export function readinessAsText(report: ReadinessReport, parts: readonly ReadinessPart[] = partsOf(report)): string {
  const line = (part: ReadinessPart) => {
    const problem = report.problems[part] ?? null;
    return problem === null ? `[+]${part} ok` : (FOREIGN[part] ?? `[-]${part} not ready: ${problem}`);
  };
  return parts.map(line).join("\n");
}

export function readinessAsJson(report: ReadinessReport): object {
  const part = (problem: string | null) => (problem === null ? { ok: true } : { ok: false, problem });
  const parts = partsOf(report).map((name) => [name, part(report.problems[name] ?? null)]);
  return { ready: report.ready, parts: Object.fromEntries(parts) };
}
