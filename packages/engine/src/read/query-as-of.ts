import { HeliosError, NOW, type QueryRequest, type QueryResult } from "@heliosdb/port";
import type { Location } from "../meta/branches.js";
import { MixedState } from "../past/mixed-state.js";
import { type AsOfReference, replaceAsOf } from "../sql/as-of.js";
import { ident } from "../sql/names.js";
import type { ParsedStatement } from "../sql/statement.js";
import { isName, isSymbol, isWord, type Token } from "../sql/tokenize.js";
import type { QueryRunner } from "./query.js";
import type { State, States } from "./states.js";

/** A query with `table AS OF …` in it, and the state to run it on. */
interface Prepared {
  readonly state: State;
  readonly parsed: ParsedStatement;
}

/**
 * Where every table is read at one moment, it is the plain query at that moment. Where moments differ, or the present
 * stands beside the past, each reference gets a shadow of its own, which `prepare` makes within the state's transaction.
 */
type AsOfPlan =
  | { readonly scn: number; readonly parsed: ParsedStatement }
  | { readonly past: MixedState; prepare(): Prepared };

export function readAsOf(
  states: States,
  queries: QueryRunner,
  location: Location,
  tokens: readonly Token[],
  references: readonly AsOfReference[],
  request: QueryRequest,
): QueryResult {
  const plan = planAsOf(states, queries, location, tokens, references, request);
  if ("scn" in plan) {
    return states.at(location, { kind: "scn", scn: plan.scn }, (state) => queries.run(state, plan.parsed, request));
  }
  try {
    return plan.past.within(() => {
      const { state, parsed } = plan.prepare();
      return queries.run(state, parsed, request);
    });
  } finally {
    plan.past.close();
  }
}

/** The same for a query whose rows are read after the call. */
export function openAsOf(
  states: States,
  queries: QueryRunner,
  location: Location,
  tokens: readonly Token[],
  references: readonly AsOfReference[],
  request: QueryRequest,
): Prepared & { close(): void } {
  const plan = planAsOf(states, queries, location, tokens, references, request);
  if ("scn" in plan) return { ...states.open(location, { kind: "scn", scn: plan.scn }), parsed: plan.parsed };
  try {
    plan.past.hold();
    return { ...plan.prepare(), close: () => plan.past.close() };
  } catch (error) {
    plan.past.close();
    throw error;
  }
}

function planAsOf(
  states: States,
  queries: QueryRunner,
  location: Location,
  tokens: readonly Token[],
  references: readonly AsOfReference[],
  request: QueryRequest,
): AsOfPlan {
  if (request.at && request.at.kind !== "now") {
    throw new HeliosError(
      "FIELD_CONFLICT",
      "The point in time is given twice: in the SQL (AS OF) and beside it. Send one.",
    );
  }
  const head = states.head(location.file);
  const { now, scns } = head.within(() => ({
    now: states.resolve(head, location, NOW),
    scns: references.map((reference) => states.resolve(head, location, reference.point).scn),
  }));
  if (new Set(scns).size === 1 && coverAllSources(tokens, references)) {
    const sql = replaceAsOf(request.sql, references, (reference) => ident(reference.table));
    return { scn: scns[0]!, parsed: queries.parse(sql) };
  }
  const copies = new Map(
    scns.flatMap((scn) => {
      const path = states.copyPath(location, scn);
      return path === null ? [] : [[scn, path]];
    }),
  );
  const past = new MixedState(states.branchPath(location.file), location.file, now.scn, copies);
  const prepare = () => {
    const names = references.map((reference, i) => past.shadow(reference.table, scns[i]!));
    let next = 0;
    const parsed = queries.parse(replaceAsOf(request.sql, references, () => names[next++]!));
    return { state: { db: past.db, epoch: past.epoch, commit: now, file: location.file, past }, parsed };
  };
  return { past, prepare };
}

/**
 * True when it is plain that the query reads no table but those that stand with AS OF. Anything less plain (a second
 * table after a comma, a WITH, `x IN table`) is read the other way, which answers the same.
 */
function coverAllSources(tokens: readonly Token[], references: readonly AsOfReference[]): boolean {
  const starts = new Set(references.map((reference) => reference.start));
  const ends = new Set(references.map((reference) => reference.end));
  return tokens.every((token, i) => {
    const next = tokens[i + 1];
    if (isWord(token, "WITH")) return false;
    if (isWord(token, "FROM", "JOIN")) return next !== undefined && (starts.has(next.start) || isSymbol(next, "("));
    if (isWord(token, "IN", "TABLE")) return isSymbol(next, "(");
    if (isSymbol(token, ",") && i > 0 && ends.has(tokens[i - 1]!.end)) return isName(next) && starts.has(next.start);
    return !(isSymbol(token, ")") && isSymbol(next, ",") && isName(tokens[i + 2]) && isWord(tokens[i + 3], "AS", "ON"));
  });
}
