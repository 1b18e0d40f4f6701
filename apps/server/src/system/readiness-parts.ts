/**
 * The parts of a server that can be ready or not, in the order in which they are reported. The first three are
 * summaries that clients of other servers expect: `leader` says whether writes are accepted, `store` whether data can
 * be read.
 */
export const READINESS_PARTS = ["node", "leader", "store", "catalog", "readers", "writers", "disk"] as const;
export type ReadinessPart = (typeof READINESS_PARTS)[number];

export interface ReadinessReport {
  readonly ready: boolean;
  /** The problem of each part, or null. */
  readonly problems: { readonly [P in ReadinessPart]: string | null };
}

/** Texts that clients of other servers expect instead of `ok`. */
const FOREIGN: { readonly [P in ReadinessPart]?: string } = {
  leader: "[+]leader does not exist",
  store: "[+]store not ready",
};

export function readinessAsText(
  { problems }: ReadinessReport,
  parts: readonly ReadinessPart[] = READINESS_PARTS,
): string {
  const line = (part: ReadinessPart) => {
    const problem = problems[part];
    return problem === null ? `[+]${part} ok` : (FOREIGN[part] ?? `[-]${part} not ready: ${problem}`);
  };
  return parts.map(line).join("\n");
}

export function readinessAsJson({ ready, problems }: ReadinessReport): object {
  const part = (problem: string | null) => (problem === null ? { ok: true } : { ok: false, problem });
  return { ready, parts: Object.fromEntries(READINESS_PARTS.map((name) => [name, part(problems[name])])) };
}
