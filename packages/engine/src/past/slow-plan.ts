import type { Connection } from "../file/connection.js";
import { foldName } from "../sql/names.js";
import type { ParsedStatement } from "../sql/statement.js";
import { isSymbol, isWord, type Token } from "../sql/tokenize.js";
import type { Bound } from "../values/parameters.js";

/** With fewer rows than this, a shadow is quick whatever the plan. */
const SMALL = 5_000;

interface PlanStep {
  id: number;
  parent: number;
  detail: string;
}

export type PlanCost = "cheap" | "scan" | "slow";

/**
 * Judges a query over shadow views by SQLite's own plan. `slow`: a large shadow is materialised, or is a co-routine in
 * a place that is repeated for each row of something else. `scan`: a large shadow is read whole, once; not counted if a
 * LIMIT may end it early, since reading the first rows needs no copy.
 */
export function planCost(
  db: Connection,
  { sql, tokens, type }: Pick<ParsedStatement, "sql" | "tokens" | "type">,
  bound: Bound,
  shadows: ReadonlyMap<string, number>,
): PlanCost {
  const large = new Set([...shadows].filter(([, rows]) => rows > SMALL).map(([name]) => foldName(name)));
  // EXPLAIN runs nothing, and PRAGMA reads no rows.
  if (large.size === 0 || type === "EXPLAIN" || type === "PRAGMA") return "cheap";
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(bound) as PlanStep[];
  const endsEarly = isLimited(tokens) && !steps.some(({ detail }) => detail.startsWith("USE TEMP B-TREE"));
  let cost: PlanCost = "cheap";
  for (const step of steps) {
    const made = /^(MATERIALIZE|CO-ROUTINE) (.+)$/.exec(step.detail);
    if (made && large.has(foldName(made[2]!))) {
      if (made[1] === "MATERIALIZE" || isRepeated(step, steps)) return "slow";
      cost = "scan";
    }
    // A shadow that has been merged into the query's own plan shows only by its TEMP table: the real table beside it is
    // always searched, by the rowid up to which it had rows then.
    const scan = /^SCAN (?:temp\.)?(\S+)/.exec(step.detail);
    if (endsEarly || !scan || /USING (COVERING )?INDEX/.test(step.detail)) continue;
    if (large.has(foldName(scan[1]!))) cost = "scan";
  }
  return cost;
}

function isLimited(tokens: readonly Token[]): boolean {
  let depth = 0;
  return tokens.some((token) => {
    if (isSymbol(token, "(")) depth++;
    else if (isSymbol(token, ")")) depth--;
    return depth === 0 && isWord(token, "LIMIT");
  });
}

/** True inside a correlated subquery, or beside another source of rows in a join. */
function isRepeated(step: PlanStep, steps: readonly PlanStep[]): boolean {
  const byId = new Map(steps.map((other) => [other.id, other]));
  for (let at = byId.get(step.parent); at; at = byId.get(at.parent)) {
    if (at.detail.startsWith("CORRELATED")) return true;
  }
  const sources = steps.filter((other) => other.parent === step.parent && /^(SCAN|SEARCH)\b/.test(other.detail));
  return sources.length > 1;
}
