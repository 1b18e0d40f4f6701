/** A query that somebody wants to find again. */
export interface SavedQuery {
  readonly name: string;
  readonly sql: string;
}

/** Something that was run. */
export interface PastRun {
  readonly sql: string;
  readonly branch: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly ms: number;
  /** The code of an error, or what it is called; null where it went well. */
  readonly failed: string | null;
}

export interface Kept {
  /** By name. */
  readonly saved: readonly SavedQuery[];
  /** Newest first. */
  readonly runs: readonly PastRun[];
}

export const NOTHING_KEPT: Kept = { saved: [], runs: [] };
export const MOST_RUNS = 100;
export const MOST_SAVED = 200;
/** Characters; a browser keeps some millions for a site. */
export const LONGEST = 10_000;

/** The same name is the same query, with another text. */
export function withSaved(kept: Kept, query: SavedQuery): Kept {
  const others = kept.saved.filter(({ name }) => name !== query.name);
  return { ...kept, saved: [...others, query].sort((a, b) => a.name.localeCompare(b.name)) };
}

export function withoutSaved(kept: Kept, name: string): Kept {
  return { ...kept, saved: kept.saved.filter((query) => query.name !== name) };
}

/** The same again moves to the front. What is too long is not kept. */
export function withRun(kept: Kept, run: PastRun): Kept {
  if (run.sql.length > LONGEST || run.sql.trim() === "") return kept;
  const others = kept.runs.filter(({ sql, branch }) => sql !== run.sql || branch !== run.branch);
  return { ...kept, runs: [run, ...others].slice(0, MOST_RUNS) };
}

/** What is wrong with keeping a query under a name; null if nothing is. */
export function saveFault({ saved }: Kept, { name, sql }: SavedQuery): string | null {
  if (sql.length > LONGEST) return `Expected at most ${LONGEST.toLocaleString("en")} characters of SQL.`;
  if (saved.length >= MOST_SAVED && !saved.some((query) => query.name === name)) {
    return `Expected at most ${MOST_SAVED} saved queries. Delete one first.`;
  }
  return null;
}

/** What the browser kept, which anybody may have changed. */
export function keptOf(text: string | null): Kept {
  try {
    const found: unknown = JSON.parse(text ?? "null");
    if (typeof found !== "object" || found === null) return NOTHING_KEPT;
    const list = (name: string) => {
      const value: unknown = (found as Record<string, unknown>)[name];
      return Array.isArray(value) ? (value as readonly unknown[]) : [];
    };
    return {
      saved: list("saved").filter(isSaved).slice(0, MOST_SAVED),
      runs: list("runs").filter(isRun).slice(0, MOST_RUNS),
    };
  } catch {
    return NOTHING_KEPT;
  }
}

function isSaved(value: unknown): value is SavedQuery {
  return hasTexts(value, ["name", "sql"]);
}

function isRun(value: unknown): value is PastRun {
  if (!hasTexts(value, ["sql", "branch"])) return false;
  const { time, ms, failed } = value as Readonly<Record<string, unknown>>;
  return (
    typeof time === "number" &&
    !Number.isNaN(new Date(time).getTime()) &&
    typeof ms === "number" &&
    (failed === null || typeof failed === "string")
  );
}

function hasTexts(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === "string");
}
