import type { Asked, Told } from "./exchange.js";

// biome-ignore lint/suspicious/noExplicitAny: results are read field by field, as clients do
type Result = any;

/** A request with both responses, their results as values where they have results. */
export interface Pair {
  readonly asked: Asked;
  readonly statements: readonly string[];
  real: Told & { results?: Result[] };
  ours: Told & { results?: Result[] };
}

/** A difference on purpose, by its name in docs/moving-from-rqlite.md. */
export interface Difference {
  readonly name: string;
  /** Makes the responses equal in this; says whether they were different in it. */
  even(pair: Pair): boolean;
}

const verbOf = (sql = "") => /^\s*(\w*)/.exec(sql)![1]!.toUpperCase();

export function pairOf(asked: Asked, real: Told, ours: Told): Pair {
  return {
    asked,
    statements: statementsOf(asked),
    real: { ...real, ...parsed(real) },
    ours: { ...ours, ...parsed(ours) },
  };
}

function parsed({ body }: Told): { results?: Result[] } {
  try {
    const { results } = JSON.parse(body.replaceAll('": T', '": 0').replaceAll('":T', '":0'));
    return Array.isArray(results) ? { results } : {};
  } catch {
    return {};
  }
}

function statementsOf({ path, body }: Asked): readonly string[] {
  const q = new URL(path, "http://x").searchParams.get("q");
  if (body === undefined) return q === null ? [] : [q];
  if (path.startsWith("/db/load")) return [body];
  try {
    const all = JSON.parse(body) as readonly (string | readonly [string])[];
    return all.map((each) => (typeof each === "string" ? each : each[0])).filter((sql) => sql !== "");
  } catch {
    return [];
  }
}

/** Looks at each result of both; `even` says whether it made two that differ equal. */
function results(even: (real: Result, ours: Result, sql: string, pair: Pair, index: number) => boolean) {
  return (pair: Pair): boolean => {
    const { real, ours, statements } = pair;
    if (!real.results || !ours.results) return false;
    let found = false;
    ours.results.forEach((our, i) => {
      const other = real.results![i];
      if (other === undefined || JSON.stringify(other) === JSON.stringify(our)) return;
      if (even(other, our, statements[i] ?? "", pair, i)) found = true;
    });
    return found;
  };
}

/** Makes the whole responses equal where the status of the real one is this, and ours that. */
function statuses(realStatus: number, ourStatus: number, fits: (pair: Pair) => boolean) {
  return (pair: Pair): boolean => {
    if (pair.real.status !== realStatus || pair.ours.status !== ourStatus || !fits(pair)) return false;
    pair.ours = pair.real;
    return true;
  };
}

function replace(result: Result, by: Result): true {
  for (const name of Object.keys(result)) delete result[name];
  Object.assign(result, by);
  return true;
}

/** A statement that the real one carries out, and ours refuses as this says. */
function refused(verbs: RegExp, message: RegExp) {
  return results((real, our, sql) => {
    if (!verbs.test(verbOf(sql)) || !message.test(our.error ?? "") || "error" in real) return false;
    return replace(our, real);
  });
}

/** Values are counted before SQLite sees the statement. */
const ofCount = results((real, our, sql) => {
  const isCount = /^not enough args/.test(our.error ?? "");
  return (
    isCount && /absent|nope|x y/.test(sql) && /^no such|has no column/.test(real.error ?? "") && replace(our, real)
  );
});

export const DIFFERENCES: readonly Difference[] = [
  {
    name: "Failed writes that a transaction passes over",
    even: ({ asked, statements, real, ours }) => {
      if (!asked.path.includes("transaction") || !ours.results || !real.results) return false;
      const at = ours.results.length - 1;
      const sql = statements[at] ?? "";
      const mayPass = asked.path.startsWith("/db/request") || /RETURNING/i.test(sql);
      if (!ours.results[at]?.error || !real.results[at]?.error || !mayPass || verbOf(sql) === "SELECT") return false;
      if (real.results.length <= ours.results.length) return false;
      real.results = real.results.slice(0, at + 1);
      return true;
    },
  },
  {
    name: "Results of a transaction that failed",
    even: results((real, our, _sql, { asked, ours }, i) => {
      const failed = ours.results!.at(-1)?.error !== undefined && i < ours.results!.length - 1;
      const isEmpty = Object.keys(our).length === 0;
      return asked.path.includes("transaction") && failed && isEmpty && replace(our, real);
    }),
  },
  {
    name: "`last_insert_id` and `rows_affected` of other statements",
    even: results((real, our, sql) => {
      if ("error" in our || "columns" in our) return false;
      const verb = verbOf(sql);
      const text = sql.toUpperCase();
      let found = false;
      if (!("last_insert_id" in our) && !/^(INSERT|REPLACE)$/.test(verb) && !/^WITH.*INSERT/.test(text)) {
        found = delete real.last_insert_id || found;
      }
      // An INSERT that inserts nothing leaves the number of an earlier one, too.
      if (/^(INSERT|REPLACE)$/.test(verb) && !("rows_affected" in our) && !("rows_affected" in real)) {
        found = delete real.last_insert_id || found;
      }
      if (!("rows_affected" in our) && !/^(INSERT|REPLACE|UPDATE|DELETE|WITH)$/.test(verb)) {
        found = delete real.rows_affected || found;
      }
      return found;
    }),
  },
  { name: "`BEGIN`, `COMMIT` and the like", even: refused(/^(BEGIN|COMMIT)$/, /URL parameter transaction/) },
  { name: "`PRAGMA` that sets something, `VACUUM`, `ATTACH`", even: refused(/^(PRAGMA|VACUUM|ATTACH|DETACH)$/, /./) },
  { name: "Foreign keys", even: refused(/^INSERT$/, /FOREIGN KEY constraint failed/) },
  {
    name: "Blobs without a declared type",
    even: results((real, our) => {
      const types = (result: Result) => Object.values(result.types ?? {});
      if (!types(our).includes("blob") || types(real).includes("blob") || !types(real).includes("text")) return false;
      return replace(our, real);
    }),
  },
  {
    name: "Infinity",
    even: statuses(500, 200, ({ real }) => /unsupported value: [+-]Inf/.test(real.body)),
  },
  {
    name: "Names of unnamed columns",
    even: results((real, our, sql) => {
      const isOdd = /"/.test(sql) || (/\?/.test(sql) && /:/.test(sql)) || (/:/.test(sql) && /[@$]/.test(sql));
      if (!isOdd || "error" in our || "error" in real) return false;
      const values = (result: Result) =>
        JSON.stringify(result.values ?? result.rows?.map((row: object) => Object.values(row).map(String).sort()));
      return values(real) === values(our) && replace(our, real);
    }),
  },
  {
    name: "The output of `EXPLAIN`",
    even: results((real, our, sql) => verbOf(sql) === "EXPLAIN" && !("error" in our) && replace(our, real)),
  },
  {
    name: "Large results",
    even: results((real, our) => /has more than 10000 rows/.test(our.error ?? "") && replace(our, real)),
  },
  {
    name: "Several statements in one string",
    even: ({ statements, real, ours }) => {
      // Of two inserts the second fails; the next requests count the rows of the first, and delete them.
      const [sql = ""] = statements;
      const [theirs, our] = [real.results?.[0], ours.results?.[0]];
      if (!sql.includes("'m3'")) return false;
      const isCount = theirs?.values?.[0][0] === 1 && our?.values?.[0][0] === 0;
      const isDelete = theirs?.rows_affected === 1 && JSON.stringify(our) === "{}";
      return (isCount || isDelete) && replace(our, theirs);
    },
  },
  {
    name: "Which of two errors is told",
    even: (pair) => {
      const { asked, real, ours } = pair;
      const [theirs, our] = [real.results?.at(-1)?.error, ours.results?.at(-1)?.error];
      // A transaction is compiled as a whole before any of it runs.
      if (asked.path.includes("transaction") && theirs && /has no column|no such|syntax error/.test(our ?? "")) {
        if (real.results!.length >= ours.results!.length) return false;
        ours.results = real.results;
        return true;
      }
      return ofCount(pair);
    },
  },
  {
    name: "Half of a surrogate pair",
    even: statuses(200, 400, ({ asked, ours }) => /\\ud8/.test(asked.body ?? "") && /surrogate/.test(ours.body)),
  },
  {
    name: "JSON that ends too early",
    even: (pair) => {
      const { asked, real, ours } = pair;
      if (real.body !== "invalid request\n" || ours.body !== "invalid JSON body\n" || asked.body !== "{") return false;
      pair.ours = { ...ours, body: real.body };
      return true;
    },
  },
  { name: "Paths", even: statuses(200, 404, ({ asked }) => /^\/(db\/query|status)\//.test(asked.path)) },
  { name: "`HEAD`", even: statuses(405, 200, ({ asked }) => asked.method === "HEAD") },
  { name: "`OPTIONS`", even: statuses(200, 204, ({ asked }) => asked.method === "OPTIONS") },
  { name: "Methods of `/debug/vars`", even: statuses(200, 405, ({ asked }) => asked.path.startsWith("/debug/vars")) },
];
