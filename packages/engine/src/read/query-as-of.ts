import { HeliosError, NOW, type QueryRequest, type QueryResult } from "@heliosdb/port";
import type { Location } from "../meta/branches.js";
import { MixedState } from "../past/mixed-state.js";
import { type AsOfReference, replaceAsOf } from "../sql/as-of.js";
import { ident } from "../sql/names.js";
import { isName, isSymbol, isWord, type Token } from "../sql/tokenize.js";
import type { QueryRunner } from "./query.js";
import type { States } from "./states.js";

/**
 * A query with `table AS OF …` in it. Where every table is read at one moment, it is the plain query at that moment.
 * Where moments differ, or the present stands beside the past, each reference gets a shadow of its own.
 */
export function readAsOf(
  states: States,
  queries: QueryRunner,
  location: Location,
  tokens: readonly Token[],
  references: readonly AsOfReference[],
  request: QueryRequest,
): QueryResult {
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
    const parsed = queries.parse(sql);
    return states.at(location, { kind: "scn", scn: scns[0]! }, (state) => queries.run(state, parsed, request));
  }
  const copies = new Map(
    scns.flatMap((scn) => {
      const path = states.copyPath(location, scn);
      return path === null ? [] : [[scn, path]];
    }),
  );
  const past = new MixedState(states.branchPath(location.file), location.file, now.scn, copies);
  try {
    return past.within(() => {
      const names = references.map((reference, i) => past.shadow(reference.table, scns[i]!));
      let next = 0;
      const parsed = queries.parse(replaceAsOf(request.sql, references, () => names[next++]!));
      return queries.run({ db: past.db, epoch: past.epoch, commit: now, file: location.file, past }, parsed, request);
    });
  } finally {
    past.close();
  }
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
