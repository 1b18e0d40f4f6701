export interface Part {
  readonly name: string;
  /** Null where it works. */
  readonly problem: string | null;
}

const MEANINGS: Readonly<Record<string, string>> = {
  node: "The process",
  leader: "Writes are accepted",
  store: "Data can be read",
  catalog: "Tenants, users and keys",
  readers: "Processes that read",
  writers: "Processes that write",
  disk: "The data folder",
  log: "The logs in the cell's store",
};

export function meaningOf(part: string): string {
  return MEANINGS[part] ?? part;
}

/** What /readyz says of each part. */
export function partsOf(text: string): readonly Part[] {
  const report: unknown = JSON.parse(text);
  const parts = typeof report === "object" && report !== null && "parts" in report ? report.parts : null;
  if (typeof parts !== "object" || parts === null) throw new Error("Expected a report on the parts of the server.");
  return Object.entries(parts).map(([name, part]: [string, { ok?: unknown; problem?: unknown }]) => ({
    name,
    problem: part.ok === true ? null : typeof part.problem === "string" ? part.problem : "it is not ready",
  }));
}
