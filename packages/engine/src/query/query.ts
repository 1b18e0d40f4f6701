import { HeliosError, type QueryRequest, type QueryResult, type StreamRequest } from "@heliosdb/port";
import type { LineForm } from "../api/api.js";
import type { Connection } from "../file/connection.js";
import { connectionSettings } from "../file/connection-settings.js";
import { toHeliosError } from "../file/sqlite-error.js";
import { CopyNeeded } from "../past/copy-needed.js";
import { MixedView } from "../past/mixed-view.js";
import type { PastView } from "../past/past-view.js";
import { type PlanCost, planCost } from "../past/slow-plan.js";
import { hideOwn } from "../schema/hide-own.js";
import { needsOf } from "../schema/needs-tables.js";
import { type ParsedStatement, parseStatement } from "../sql/statement.js";
import { Lru } from "../util/lru.js";
import { TextCache } from "../util/text-cache.js";
import { type Bound, bindParameters } from "../values/parameters.js";
import type { PointInTimeView } from "../view/point-in-time-views.js";
import { RowLines } from "./row-lines.js";
import { type RowStatement, readRows, rowStatement } from "./run-query.js";

/** States whose whole scans are counted. */
const STATES = 256;
export const DEFAULT_MAX_ROWS = 10_000;

/** The cached parts of a query on one connection while its schema stays the same. */
interface Prepared {
  readonly epoch: number;
  readonly query: RowStatement;
  /** The text that was prepared: it names nothing of the engine's. */
  readonly sql: string;
  /** The cost of its plan over shadows, and the number of shadows when it was judged. */
  cost?: { readonly shadows: number; readonly of: PlanCost };
}

/** A statement and, where its text is not the request's, what it binds and the moments whose copies would speed it up. */
export interface Runnable {
  readonly parsed: ParsedStatement;
  readonly bound?: Bound;
  readonly worthCopying?: readonly number[];
}

/** Runs queries on states, keeping the prepared statements of each connection. */
export class QueryRunner {
  private readonly prepared = new WeakMap<object, TextCache<Prepared>>();
  private readonly parsed = new TextCache<ParsedStatement>();
  private readonly scans = new Lru<string, number>(STATES);

  /** `discard` closes a connection for good. */
  constructor(private readonly discard: (db: Connection) => void = () => {}) {}

  parse(sql: string): ParsedStatement {
    const parsed = this.parsed.getOr(sql, () => parseStatement(sql));
    if (parsed.explains !== null && parsed.explains !== "query") {
      throw new HeliosError("NOT_A_QUERY", "EXPLAIN is only for queries, and this statement writes.");
    }
    if (parsed.kind !== "query") {
      throw new HeliosError(
        "NOT_A_QUERY",
        `${parsed.type} can write. Expected a statement that only reads; send this one to execute.`,
      );
    }
    return parsed;
  }

  run(
    state: PointInTimeView,
    statement: Runnable,
    request: Pick<QueryRequest, "params" | "maxRows" | "explain">,
  ): QueryResult {
    return this.start(state, statement, request, (query, bound, { scn, plan }) => {
      const { columns, rows, truncated } = readRows(query, bound, request.maxRows ?? DEFAULT_MAX_ROWS);
      // One literal: this is done for each query, and V8 makes objects that are spread into others slowly.
      return plan === undefined ? { columns, rows, truncated, scn } : { columns, rows, truncated, scn, plan };
    });
  }

  /** The same, with rows that are read after the call: the state must last until they are closed. */
  stream(view: PointInTimeView, statement: Runnable, request: StreamRequest, form: LineForm): RowLines {
    return this.start(
      view,
      statement,
      request,
      (query, bound, known) => new RowLines(query, bound, known, form, request.maxRows),
    );
  }

  private start<T>(
    state: PointInTimeView,
    { parsed, worthCopying, bound: given }: Runnable,
    request: Pick<QueryRequest, "params" | "explain">,
    read: (query: RowStatement, bound: Bound, known: Pick<QueryResult, "scn" | "plan">) => T,
  ): T {
    const bound = given ?? bindParameters(parsed.parameters, request.params ?? []);
    // SQL sets a connection by PRAGMA alone, which runs behind EXPLAIN as well: no other statement needs the look.
    const settings = mayChangeSettings(parsed) ? connectionSettings(state.db) : null;
    try {
      const prepared = this.prepare(state, parsed);
      if (state.past) this.preferCopy(state, prepared, parsed, bound, worthCopying ?? [state.commit.scn]);
      const plan = request.explain ? this.plan(state, { ...parsed, sql: prepared.sql }, bound) : undefined;
      return read(
        prepared.query,
        bound,
        plan === undefined ? { scn: state.commit.scn } : { scn: state.commit.scn, plan },
      );
    } catch (error) {
      throw error instanceof CopyNeeded ? error : toHeliosError(error);
    } finally {
      if (settings !== null && connectionSettings(state.db) !== settings) this.refuseChanged(state.db, parsed);
    }
  }

  private refuseChanged(db: Connection, { type }: ParsedStatement): never {
    this.discard(db);
    throw new HeliosError("INTERNAL_ERROR", `A statement (${type}) changed the settings of its connection.`);
  }

  private prepare(state: PointInTimeView, parsed: ParsedStatement): Prepared {
    const { sql } = parsed;
    let cache = this.prepared.get(state.db);
    if (!cache) {
      cache = new TextCache();
      this.prepared.set(state.db, cache);
    }
    const known = cache.get(sql);
    if (known?.epoch === state.epoch.scn) return known;
    if (state.past) this.refuseShadow(state, parsed, state.past);
    const shown = hideOwn(parsed, state.epoch);
    const statement = state.db.prepare(shown.sql);
    if (!statement.reader || !statement.readonly) {
      throw new HeliosError(
        "NOT_A_QUERY",
        "This statement can write. Expected one that only reads; send it to execute.",
      );
    }
    const made: Prepared = { epoch: state.epoch.scn, query: rowStatement(statement), sql: shown.sql };
    cache.set(sql, made);
    return made;
  }

  /** A query that a shadow can't answer is answered by a copy. */
  private refuseShadow(state: PointInTimeView, parsed: ParsedStatement, past: PastView): void {
    const { tables, catalog, main } = needsOf(parsed, past.epoch);
    if (!(tables || catalog || main) || (past instanceof MixedView && past.isWhole)) return;
    throw new CopyNeeded({ file: state.file, scn: state.commit.scn });
  }

  private preferCopy(
    state: PointInTimeView,
    prepared: Prepared,
    parsed: ParsedStatement,
    bound: Bound,
    worth: readonly number[],
  ): void {
    const shadows = state.past!.shadowCount;
    if (prepared.cost?.shadows !== shadows) {
      prepared.cost = {
        shadows,
        of: planCost(state.db, { ...parsed, sql: prepared.sql }, bound, state.past!.shadowed()),
      };
    }
    const cost = prepared.cost.of;
    const [scn] = worth;
    if (cost === "cheap" || scn === undefined) return;
    if (cost === "scan") {
      const key = `${state.file}@${state.commit.scn}`;
      const scans = (this.scans.get(key) ?? 0) + 1;
      this.scans.set(key, scans);
      // The first two whole scans cost less than a copy; from the third on the copy pays.
      if (scans <= 2) return;
    }
    throw new CopyNeeded({ file: state.file, scn });
  }

  private plan(state: PointInTimeView, { sql, type }: ParsedStatement, bound: Bound): string {
    // These have no plan: the one tells of another's, the other reads no table.
    if (type === "EXPLAIN" || type === "PRAGMA") return "";
    const steps = state.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(bound) as {
      id: number;
      parent: number;
      detail: string;
    }[];
    const depth = new Map<number, number>([[0, -1]]);
    return steps
      .map((step) => {
        const level = (depth.get(step.parent) ?? -1) + 1;
        depth.set(step.id, level);
        return `${"  ".repeat(level)}${step.detail}`;
      })
      .join("\n");
  }
}

function mayChangeSettings({ type }: ParsedStatement): boolean {
  return type === "EXPLAIN" || type === "PRAGMA";
}
