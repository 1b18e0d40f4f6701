import { HeliosError, type QueryRequest, type QueryResult, type StreamRequest } from "@heliosdb/port";
import { Lru } from "../lru.js";
import { CopyNeeded } from "../past/copy-needed.js";
import { MixedState } from "../past/mixed-state.js";
import { type PlanCost, planCost } from "../past/slow-plan.js";
import { foldName } from "../sql/names.js";
import { type Bound, bindParameters } from "../sql/parameters.js";
import { type ParsedStatement, parseStatement } from "../sql/statement.js";
import { isName, isSymbol, nameOf, tokenize } from "../sql/tokenize.js";
import { toHeliosError } from "../sqlite-error.js";
import { RowText } from "./row-text.js";
import { type RowStatement, readRows, rowStatement } from "./run-query.js";
import type { State } from "./states.js";

const STATEMENTS = 256;
export const DEFAULT_MAX_ROWS = 10_000;

/** What is kept of a query on one connection while its schema stays the same. */
interface Prepared {
  readonly epoch: number;
  readonly query: RowStatement;
  /** What its plan costs over shadows, and how many there were when it was judged. */
  cost?: { readonly shadows: number; readonly of: PlanCost };
}

/** Runs queries on states, keeping the prepared statements of each connection. */
export class QueryRunner {
  private readonly prepared = new WeakMap<object, Lru<string, Prepared>>();
  private readonly parsed = new Lru<string, ParsedStatement>(STATEMENTS);
  private readonly scans = new Lru<string, number>(STATEMENTS);

  parse(sql: string): ParsedStatement {
    const parsed = this.parsed.getOr(sql, () => parseStatement(sql));
    if (parsed.kind !== "query") {
      throw new HeliosError(
        "NOT_A_QUERY",
        `${parsed.type} can write, and a query only reads: send it as a statement to execute.`,
      );
    }
    return parsed;
  }

  run(
    state: State,
    parsed: ParsedStatement,
    request: Pick<QueryRequest, "params" | "maxRows" | "explain">,
  ): QueryResult {
    return this.start(state, parsed, request, (query, bound, known) => ({
      ...readRows(query, bound, request.maxRows ?? DEFAULT_MAX_ROWS),
      ...known,
    }));
  }

  /** The same, with rows that are read after the call: the state must last until they are closed. */
  stream(state: State, parsed: ParsedStatement, request: StreamRequest): RowText {
    return this.start(state, parsed, request, (query, bound, known) => new RowText(query, bound, known, request));
  }

  private start<T>(
    state: State,
    parsed: ParsedStatement,
    request: Pick<QueryRequest, "params" | "explain">,
    read: (query: RowStatement, bound: Bound, known: Pick<QueryResult, "scn" | "plan">) => T,
  ): T {
    const bound = bindParameters(parsed.parameters, request.params ?? []);
    try {
      const prepared = this.prepare(state, parsed.sql);
      if (state.past) this.preferCopy(state, prepared, parsed, bound);
      const plan = request.explain ? this.plan(state, parsed, bound) : undefined;
      return read(prepared.query, bound, { scn: state.commit.scn, ...(plan === undefined ? {} : { plan }) });
    } catch (error) {
      throw error instanceof CopyNeeded ? error : toHeliosError(error);
    }
  }

  private prepare(state: State, sql: string): Prepared {
    let cache = this.prepared.get(state.db);
    if (!cache) {
      cache = new Lru(STATEMENTS);
      this.prepared.set(state.db, cache);
    }
    const known = cache.get(sql);
    if (known?.epoch === state.epoch.scn) return known;
    if (state.past) this.refuseShadow(state, sql);
    const statement = state.db.prepare(sql);
    if (!statement.reader || !statement.readonly) {
      throw new HeliosError("NOT_A_QUERY", "This statement can write, and a query only reads: send it to execute.");
    }
    const made: Prepared = { epoch: state.epoch.scn, query: rowStatement(statement) };
    cache.set(sql, made);
    return made;
  }

  /**
   * What a shadow view can't answer is answered by a copy: a `main.` qualifier (it would read the present), INDEXED BY,
   * PRAGMA, and a rowid by any of its names.
   */
  private refuseShadow(state: State, sql: string): void {
    const tokens = this.parsed.get(sql)?.tokens ?? tokenize(sql);
    const reaches = tokens.some((token, i) => {
      if (!isName(token)) return false;
      const name = foldName(nameOf(token));
      if (name === "main" && isSymbol(tokens[i + 1], ".")) return true;
      return ["rowid", "oid", "_rowid_", "indexed", "pragma", "match"].includes(name) || /^(pragma|sqlite)_/.test(name);
    });
    if (reaches) throw this.copyNeeded(state);
  }

  private preferCopy(state: State, prepared: Prepared, parsed: ParsedStatement, bound: Bound): void {
    const shadows = state.past!.shadowCount;
    if (prepared.cost?.shadows !== shadows) {
      prepared.cost = { shadows, of: planCost(state.db, parsed, bound, state.past!.shadowed()) };
    }
    const cost = prepared.cost.of;
    if (cost === "slow") throw this.copyNeeded(state);
    if (cost !== "scan") return;
    const key = `${state.file}@${state.commit.scn}`;
    const scans = (this.scans.get(key) ?? 0) + 1;
    this.scans.set(key, scans);
    // The first two whole scans cost less than a copy; from the third on the copy pays.
    if (scans > 2) throw this.copyNeeded(state);
  }

  private copyNeeded(state: State): CopyNeeded {
    const scns = state.past instanceof MixedState ? state.past.shadowScns : [];
    return new CopyNeeded({ file: state.file, scn: scns[0] ?? state.commit.scn });
  }

  private plan(state: State, { sql, type }: ParsedStatement, bound: Bound): string {
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
