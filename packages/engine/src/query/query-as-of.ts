import { HeliosError, NOW, type PointInTime, type QueryRequest, type QueryResult } from "@heliosdb/port";
import type { Location } from "../meta/branches.js";
import { CopyNeeded } from "../past/copy-needed.js";
import { MixedView, MOST_ATTACHED } from "../past/mixed-view.js";
import { epochAt } from "../schema/epochs.js";
import { needsOf } from "../schema/needs-tables.js";
import { type AsOfReference, findAsOf } from "../sql/as-of.js";
import type { Reference } from "../sql/references.js";
import { rewriteQuery } from "../sql/result-columns.js";
import { type Edit, renamed, unqualified } from "../sql/rewrite.js";
import { type ParsedStatement, parseStatement } from "../sql/statement.js";
import type { Token } from "../sql/tokenize.js";
import { readParameters } from "../values/parameters.js";
import type { PointInTimeView, PointInTimeViews } from "../view/point-in-time-views.js";
import type { QueryRunner, Runnable } from "./query.js";

/** So many of a query's moments are read from copies where that is quicker; the others stay shadows. */
const MOST_COPIED = 4;

/** A query with `table AS OF …` in it, and the state to run it on. */
interface Prepared {
  readonly state: PointInTimeView;
  readonly statement: Runnable;
}

/**
 * Where every table is read at one moment, it is the plain query at that moment. Where moments differ, each reference
 * with AS OF gets a shadow of its own, which `prepare` makes within the transaction of the state of all others: the
 * request's point in time, by default the present.
 */
type AsOfPlan =
  | { readonly place: ResolvedPlace; readonly statement: Runnable }
  | { readonly past: MixedView; prepare(): Prepared };

/** Where a moment is read from: after a reset, what came before it lies in another file. */
interface ResolvedPlace {
  readonly location: Location;
  readonly scn: number;
}

/** The branch that a query reads: where it is now, and where it was at a moment. */
export interface BranchPlaces {
  readonly now: Location;
  at(point: PointInTime): Location;
}

/** Whether some table of a query is read at a moment of its own. */
export function hasAsOfTables({ references }: ParsedStatement): boolean {
  return references.tables.some(({ asOf }) => asOf !== null);
}

export function readAsOf(
  views: PointInTimeViews,
  queries: QueryRunner,
  branch: BranchPlaces,
  parsed: ParsedStatement,
  request: QueryRequest,
): QueryResult {
  const plan = planAsOf(views, queries, branch, parsed, request);
  if ("place" in plan) {
    const { location, scn } = plan.place;
    return views.at(location, { kind: "scn", scn }, (state) => queries.run(state, plan.statement, request));
  }
  try {
    return plan.past.read(() => {
      const { state, statement } = plan.prepare();
      return queries.run(state, statement, request);
    });
  } finally {
    plan.past.close();
  }
}

/** The same for a query whose rows are read after the call. */
export function openAsOf(
  views: PointInTimeViews,
  queries: QueryRunner,
  branch: BranchPlaces,
  parsed: ParsedStatement,
  request: QueryRequest,
): Prepared & { close(): void } {
  const plan = planAsOf(views, queries, branch, parsed, request);
  if ("place" in plan) {
    const { location, scn } = plan.place;
    return { ...views.open(location, { kind: "scn", scn }), statement: plan.statement };
  }
  try {
    plan.past.pin();
    return { ...plan.prepare(), close: () => plan.past.close() };
  } catch (error) {
    plan.past.close();
    throw error;
  }
}

function planAsOf(
  views: PointInTimeViews,
  queries: QueryRunner,
  branch: BranchPlaces,
  parsed: ParsedStatement,
  request: QueryRequest,
): AsOfPlan {
  if (request.inTransaction) {
    throw new HeliosError(
      "SQL_NOT_ALLOWED",
      "AS OF can't be used in a transaction. Query other points in time outside the transaction.",
    );
  }
  const isCovered = coverAllTables(parsed.references.tables);
  const { at = NOW } = request;
  if (at.kind !== "now" && isCovered) {
    throw new HeliosError(
      "FIELD_CONFLICT",
      "The point in time is given twice for every table: by AS OF in the SQL and by as_of. Leave out as_of, or AS OF where as_of is meant.",
    );
  }
  const parameters = readParameters(parsed.parameters, request.params ?? []);
  const found = findAsOf(parsed.references.tables, parameters.value);
  const moments = found.map(({ reference }) => reference.asOf!.value);
  const bound = parameters.bind(moments);
  const kept = parsed.parameters.filter((token) => !moments.includes(token));
  const location = at.kind === "now" ? branch.now : branch.at(at);
  const head = views.head(location.file);
  const locations = found.map(({ point }) => branch.at(point));
  const { rest, isHead, isKept, scns } = head.read(() => {
    const commit = views.resolve(head, location, at);
    const resolved = found.map(({ point }, i) => {
      const there = views.head(locations[i]!.file);
      if (there === head) return views.resolve(head, locations[i]!, point).scn;
      return there.read(() => views.resolve(there, locations[i]!, point).scn);
    });
    return {
      rest: commit,
      isHead: commit.scn === head.scn,
      isKept: head.commits.horizon() <= commit.scn,
      scns: resolved,
    };
  });
  const places = scns.map((scn, i): ResolvedPlace => ({ scn, location: locations[i]! }));
  if (new Set(scns).size === 1 && isCovered) {
    const { sql } = parsed;
    const plain = found.map(({ reference }) => renamed(reference, sql.slice(reference.start, reference.end)));
    const text = rewriteQuery(sql, parsed.tokens, [...plain, ...named(kept)]);
    return { place: places[0]!, statement: { parsed: queries.parse(text), bound } };
  }
  const copies = copiesOf(views, places);
  // A copy of that state ends there, and other moments may be later: then it is read only where it must be.
  const isLast = places.every((place) => place.location.file !== location.file || place.scn <= rest.scn);
  const isCopied = !isHead && (isLast || !isKept || needsCopy(views, location, parsed, rest.scn));
  const copyOfRest = isCopied ? views.copyPath(location, rest.scn) : null;
  const until = copyOfRest === null ? Number.POSITIVE_INFINITY : rest.scn;
  const past = new MixedView(copyOfRest ?? views.branchPath(location.file), rest.scn);
  const prepare = () => {
    attachCopies(past, { file: location.file, until }, parsed, found, places, copies);
    const tables = found.map(({ reference }, i) => renamed(reference, past.shadow(reference.name, scns[i]!)));
    const edits = [...tables, ...unqualified(parsed.references.qualifiers), ...named(kept)];
    const text = rewriteQuery(parsed.sql, parsed.tokens, edits);
    const statement: Runnable = {
      parsed: parseStatement(text, { ownNames: true }),
      bound,
      worthCopying: distinct(places.flatMap((place) => (place.location.file === location.file ? [place.scn] : [])))
        .slice(0, MOST_COPIED)
        .filter((scn) => !past.isAttached(scn)),
    };
    return { state: { db: past.db, epoch: past.epoch, commit: rest, file: location.file, past }, statement };
  };
  return { past, prepare };
}

/** True when the query reads no table but those that stand with AS OF. A function over its arguments has no moment. */
function coverAllTables(tables: readonly Reference[]): boolean {
  return tables.every(({ role, asOf, isExpression, isCall, name }) => {
    if (isExpression) return asOf === null;
    return asOf !== null || role === "definition" || (isCall && !/^pragma_/i.test(name));
  });
}

/** Whether a state that is not the head of its file can be read from a copy alone. */
function needsCopy(views: PointInTimeViews, { file }: Location, parsed: ParsedStatement, scn: number): boolean {
  const head = views.head(file);
  const { tables, catalog, main } = needsOf(
    parsed,
    head.read(() => epochAt(head.db, scn)),
  );
  return tables || catalog || main;
}

/**
 * References that need tables in a file at its moments, or lie in another file or after its end, read copies, as many as one connection can
 * hold. The others read copies where there are some and room is left.
 */
function attachCopies(
  past: MixedView,
  { file, until }: { readonly file: string; readonly until: number },
  parsed: ParsedStatement,
  found: readonly AsOfReference[],
  places: readonly ResolvedPlace[],
  copies: ReadonlyMap<number, string>,
): void {
  const { tables } = needsOf(parsed, past.epoch);
  const isNeeded = ({ location, scn }: ResolvedPlace, name: string) => {
    if (location.file !== file || scn > until) return true;
    if (!past.hasHistory(scn)) return copies.has(scn);
    return tables || past.needsTables(name, scn);
  };
  const needed = distinct(places.flatMap((place, i) => (isNeeded(place, found[i]!.reference.name) ? [place.scn] : [])));
  if (needed.length > MOST_ATTACHED) {
    throw new HeliosError(
      "INVALID_SQL",
      `The query reads ${needed.length} points in time by rowid, INDEXED BY or MATCH, through views that do, or from before a reset. Expected at most ${MOST_ATTACHED} such points in time.`,
    );
  }
  const missing = places.find(({ scn }) => needed.includes(scn) && !copies.has(scn));
  if (missing) throw new CopyNeeded({ file: missing.location.file, scn: missing.scn });
  past.attach([...copies].sort(([a], [b]) => Number(needed.includes(b)) - Number(needed.includes(a))));
}

function copiesOf(views: PointInTimeViews, places: readonly ResolvedPlace[]): Map<number, string> {
  return new Map(
    places.flatMap(({ location, scn }): [number, string][] => {
      const path = views.copyPath(location, scn);
      return path === null ? [] : [[scn, path]];
    }),
  );
}

/** Those that go with the moments leave gaps among `?1`, `?2`, which SQLite would want filled. */
function named(parameters: readonly Token[]): Edit[] {
  return parameters
    .filter(({ text }) => /^\?\d/.test(text))
    .map(({ start, end, text }) => ({ start, end, text: `$${text.slice(1)}` }));
}

function distinct(scns: readonly number[]): number[] {
  return [...new Set(scns)];
}
