import type { Weighed, WeighRequest } from "@heliosdb/engine";

export interface ShortReadsOptions {
  /** Asks a reader process. */
  readonly weigh: (database: string, request: WeighRequest) => Promise<Weighed>;
}

type Query = Pick<WeighRequest, "branch" | "sql">;

/** What is known of the queries of one database. */
interface Known {
  readonly queries: Map<string, Weighed | LongQuery>;
  /** The newest that is known of each branch file. */
  readonly files: Map<string, Pick<Weighed, "file" | "schema" | "tables">>;
  /** Slow queries by file. */
  readonly slow: Map<string, SlowFile>;
  /** Changes with each large commit: what was weighed before may not hold. */
  generation: number;
  isWeighing: boolean;
  /** Nothing is weighed before. */
  weighAfter: number;
}

interface SlowFile {
  times: number;
  readonly since: number;
}

/** A query that is not short, or not known to be: it is weighed, again, after that time. */
interface LongQuery {
  readonly until: number;
}

const MOST_QUERIES = 2000;
const MOST_FILES = 1000;
/** The next weighing takes place after this many times as long as the last one took. */
const PAUSES = 20;
/** On a busy machine, any query may take long now and then. */
const MOST_SLOW = 3;
/** After so many slow queries within this time, those of the file go elsewhere until it is over. */
const SLOW_FOR_MS = 60_000;
const LONG_FOR_MS = 60_000;
const FAILED_FOR_MS = 5_000;

/** Remembers which queries are short, and has a reader weigh those that it doesn't know. */
export class ShortReads {
  private databases = new Map<string, Known>();

  constructor(private readonly options: ShortReadsOptions) {}

  /** Whether the query is known to be short. One that comes for the second time is weighed, as soon as that may be done. */
  has(database: string, query: Query): boolean {
    const known = this.of(database);
    const found = known.queries.get(keyOf(query));
    if (found !== undefined && "isShort" in found) return !this.isSlow(known, found.file);
    if (found === undefined) {
      put(known.queries, keyOf(query), { until: 0 }, MOST_QUERIES);
      return false;
    }
    const now = performance.now();
    if (found.until < now && !known.isWeighing && known.weighAfter < now) void this.weigh(known, database, query);
    return false;
  }

  get(database: string, query: Query): Weighed | null {
    const found = this.databases.get(database)?.queries.get(keyOf(query));
    return found !== undefined && "isShort" in found ? found : null;
  }

  delete(database: string, query: Query): void {
    this.databases.get(database)?.queries.delete(keyOf(query));
  }

  /** Told that a short query took long. */
  slow(database: string, query: Query): void {
    const file = this.get(database, query)?.file;
    if (file === undefined) return;
    const { slow } = this.of(database);
    const found = slow.get(file);
    if (found === undefined) put(slow, file, { times: 1, since: performance.now() }, MOST_FILES);
    else found.times++;
  }

  grown(database: string | null, files: readonly string[]): void {
    if (database === null) {
      this.databases = new Map();
      return;
    }
    const known = this.databases.get(database);
    if (known === undefined) return;
    known.generation++;
    for (const file of files) known.files.delete(file);
    for (const [key, each] of known.queries) {
      if ("isShort" in each && files.includes(each.file)) known.queries.delete(key);
    }
  }

  forget(database: string): void {
    this.databases.delete(database);
  }

  private of(database: string): Known {
    let known = this.databases.get(database);
    if (known === undefined) {
      known = {
        queries: new Map(),
        files: new Map(),
        slow: new Map(),
        generation: 0,
        isWeighing: false,
        weighAfter: 0,
      };
      this.databases.set(database, known);
    }
    return known;
  }

  private isSlow({ slow }: Known, file: string): boolean {
    if (slow.size === 0) return false;
    const found = slow.get(file);
    if (found === undefined) return false;
    if (performance.now() - found.since < SLOW_FOR_MS) return found.times >= MOST_SLOW;
    slow.delete(file);
    return false;
  }

  private async weigh(known: Known, database: string, query: Query): Promise<void> {
    known.isWeighing = true;
    const key = keyOf(query);
    const { generation } = known;
    try {
      const file = [...known.queries].find(([other]) => other.startsWith(`${query.branch}\n`))?.[1];
      const before = file !== undefined && "isShort" in file ? (known.files.get(file.file) ?? null) : null;
      const weighed = await this.options.weigh(database, { branch: query.branch, sql: query.sql, known: before });
      known.weighAfter = performance.now() + PAUSES * weighed.tookMs;
      if (known.generation === generation) keep(known, key, weighed);
    } catch {
      // A query that fails, or a branch that isn't there: the readers say so each time.
      put(known.queries, key, { until: performance.now() + FAILED_FOR_MS }, MOST_QUERIES);
    } finally {
      known.isWeighing = false;
    }
  }
}

function keep(known: Known, key: string, weighed: Weighed): void {
  const { file, schema, isShort, tables } = weighed;
  if (!isShort) {
    put(known.queries, key, { until: performance.now() + LONG_FOR_MS }, MOST_QUERIES);
    return;
  }
  const others = known.files.get(file);
  const all = others?.schema === schema ? [...new Set([...others.tables, ...tables])] : tables;
  put(known.files, file, { file, schema, tables: all }, MOST_FILES);
  put(known.queries, key, weighed, MOST_QUERIES);
}

function keyOf({ branch, sql }: Query): string {
  return `${branch}\n${sql}`;
}

/** The oldest goes where there are too many. */
function put<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) for (const [oldest] of map) return void map.delete(oldest);
}
