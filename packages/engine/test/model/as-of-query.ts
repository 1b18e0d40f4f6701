import { exactSql, sqlName } from "../support/exact.js";
import type { WholeState } from "./reference.js";

/** A table or view in a query, at an earlier point in time or, with null, as it is. */
export interface Reading {
  readonly table: string;
  readonly at: number | null;
  /** Named as a table of main, which no common table hides. */
  readonly qualified: boolean;
  /** Chooses the notation of the point in time. */
  readonly how: number;
}

/** A query with readings in it, to be written as the engine reads them or as plain SQLite does. */
export type Query = readonly (string | Reading)[];

interface Selection {
  readonly query: Query;
  /** As many rows as it may have. */
  readonly size: number;
}

interface Source extends Selection {
  readonly columns: readonly string[];
}

/** Rows of a join, at most: what comes of larger ones tells no more. */
const MOST_ROWS = 2000;

/** A state that can be read: the head with null, or an earlier point in time. */
export interface Readable {
  readonly at: number | null;
  readonly state: WholeState;
}

/**
 * Makes queries in which tables at several points in time stand in any place where SQL lets a table stand. Every source gives
 * its columns under names of its own, so that most of what comes is valid.
 */
export class QueryMaker {
  private aliases = 0;

  constructor(
    private readonly states: readonly Readable[],
    private seed: number,
  ) {}

  /** The rows of a query with how often each comes, in exact values. */
  query(): Query {
    const { query } = this.select(2, []);
    return [`SELECT ${exactSql("p")}, ${exactSql("q")}, count(*) FROM (`, ...query, ") GROUP BY 1, 2"];
  }

  private select(depth: number, known: readonly Source[]): Selection {
    if (depth > 0 && this.one(5)) return this.withCommon(depth, known);
    const plain = this.plain(depth, known);
    if (depth === 0 || !this.one(5)) return plain;
    const other = this.plain(depth - 1, known);
    const operator = this.of([" UNION ALL ", " UNION ", " EXCEPT ", " INTERSECT "]);
    return { query: [...plain.query, operator, ...other.query], size: plain.size + other.size };
  }

  /** A common table may hide a table of the same name. */
  private withCommon(depth: number, known: readonly Source[]): Selection {
    const name = this.one(2) ? sqlName(this.someTable(this.of(this.states))) : `common${++this.aliases}`;
    const others = known.filter(({ query }) => query[0] !== name);
    const inner = this.select(depth - 1, others);
    const common: Source = { query: [name], columns: ["p", "q"], size: inner.size };
    const outer = this.plain(depth - 1, [...others, common]);
    return { query: [`WITH ${name} AS (`, ...inner.query, ") ", ...outer.query], size: outer.size };
  }

  private plain(depth: number, known: readonly Source[]): Selection {
    const sources = [this.source(depth, known)];
    let { size } = sources[0]!;
    while (sources.length < 3 && this.one(2)) {
      const next = this.source(depth, known);
      if (size * next.size > MOST_ROWS) break;
      size *= next.size;
      sources.push(next);
    }
    const first = sources[0]!;
    const last = sources.at(-1)!;
    const from = sources.flatMap(
      ({ query }, i): Query => (i === 0 ? query : this.joined(sources[i - 1]!, sources[i]!)),
    );
    const columns = `${this.of(first.columns)} AS p, ${this.of(last.columns)} AS q`;
    return { query: [`SELECT ${columns} FROM `, ...from, ...this.where(depth, first, last, known)], size };
  }

  private joined(before: Source, source: Source): Query {
    const on = ` ON ${this.of(before.columns)} = ${this.of(source.columns)}`;
    switch (this.random(4)) {
      case 0:
        return [" JOIN ", ...source.query, on];
      case 1:
        return [" LEFT JOIN ", ...source.query, on];
      case 2:
        return [" CROSS JOIN ", ...source.query];
      default:
        return [", ", ...source.query];
    }
  }

  private source(depth: number, known: readonly Source[]): Source {
    const alias = `s${++this.aliases}`;
    const own = (columns: readonly string[]) => columns.map((column) => `${alias}.${column}`);
    if (depth > 0 && this.one(4)) {
      const { query, size } = this.select(depth - 1, known);
      return { query: ["(", ...query, `) AS ${alias}`], columns: own(["p", "q"]), size };
    }
    if (depth > 0 && this.one(6)) {
      const [a, b] = [this.source(0, known), this.source(0, known)];
      const size = a.size * b.size;
      if (size <= MOST_ROWS) {
        return { query: ["(", ...a.query, ...this.joined(a, b), ")"], columns: [...a.columns, ...b.columns], size };
      }
    }
    if (known.length > 0 && this.one(2)) {
      const { query, columns, size } = this.of(known);
      return { query: [...query, ` ${alias}`], columns: own(columns), size };
    }
    return this.table(alias, known);
  }

  private table(alias: string, known: readonly Source[]): Source {
    const readable = this.of(this.states);
    const table = this.someTable(readable);
    const reading: Reading = { table, at: readable.at, qualified: this.one(8), how: this.random(12) };
    const isCommon = readable.at === null && !reading.qualified;
    const common = isCommon ? known.find(({ query }) => query[0] === sqlName(table)) : undefined;
    const { columns, rows } = readable.state.get(table)!;
    const name = this.of([` ${alias}`, ` AS ${alias}`]);
    return {
      query: this.one(8) ? ["(", reading, name, ")"] : [reading, name],
      columns: (common?.columns ?? columns.map(sqlName)).map((column) => `${alias}.${column}`),
      size: common?.size ?? Math.max(1, rows.length),
    };
  }

  private where(depth: number, first: Source, last: Source, known: readonly Source[]): Query {
    const column = this.of(first.columns);
    const { query, columns } = this.table(`s${++this.aliases}`, known);
    switch (this.random(6)) {
      case 0:
        return [` WHERE ${column} = ${this.of(last.columns)}`];
      case 1:
        return [` WHERE ${column} IN (SELECT ${this.of(columns)} FROM `, ...query, ")"];
      case 2:
        return [" WHERE NOT EXISTS (SELECT 1 FROM ", ...query, ` WHERE ${this.of(columns)} = ${column})`];
      case 3:
        return [` WHERE ${column} < (SELECT max(${this.of(columns)}) FROM `, ...query, ")"];
      case 4:
        return depth === 0 ? [] : [` WHERE ${column} IN (SELECT p FROM (`, ...this.select(0, known).query, "))"];
      default:
        return [];
    }
  }

  private someTable({ state }: Readable): string {
    return this.of([...state].filter(([, { columns }]) => columns.length > 0).map(([name]) => name));
  }

  private of<T>(list: readonly T[]): T {
    return list[this.random(list.length)]!;
  }

  /** True once in so many times. */
  private one(times: number): boolean {
    return this.random(times) === 0;
  }

  private random(below: number): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * below);
  }
}

/** The text of a query; `write` says how a reading stands in it. */
export function textOf(query: Query, write: (reading: Reading) => string): string {
  return query.map((part) => (typeof part === "string" ? part : write(part))).join("");
}
