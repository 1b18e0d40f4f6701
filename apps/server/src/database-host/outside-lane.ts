import type { DatabaseHostPort, JsonQueryRequest, JsonQueryResult } from "@heliosdb/port";

/** What a host tells a lane in another process. */
export interface OutsideLaneLink {
  /** Rows of these files may be long by now; null stands for all files of all databases. */
  grown(database: string | null, files: readonly string[]): void;
  /** Resolves once the lane has no file of the database open. */
  closeDatabase(database: string): Promise<void>;
}

/** A host's part of a lane in another process. Settings, questions and answers are plain JSON. */
export interface OutsideLaneHost {
  readonly settings: unknown;
  /** Whether a query is short. */
  weigh(database: string, question: unknown): Promise<unknown>;
  /** Counts reads that the lane answered. */
  ran(reads: number): void;
  detach(): void;
}

/** Runs short queries in the process that has it. */
export interface OutsideLane extends OutsideLaneLink {
  /** Queries that it answered. */
  readonly reads: number;
  /** Whether a query is known to be short. If it isn't, it may be the next time. */
  has(database: string, request: JsonQueryRequest): boolean;
  /**
   * Null, at once or later, for a query that the host must run. Rejects where it can't be run here.
   * @param mayRun asked when it is the query's turn; where it may not run, the result is null
   */
  queryJson(database: string, request: JsonQueryRequest, mayRun: () => boolean): Promise<JsonQueryResult | null> | null;
  close(): void;
}

/** Short queries of a host's databases in other processes of the server. */
export interface OutsideLanes {
  /** In the process that has the host. */
  attach(host: DatabaseHostPort, link: OutsideLaneLink): OutsideLaneHost;
  /** In another process. `weigh` asks the host. */
  open(settings: unknown, weigh: (database: string, question: unknown) => Promise<unknown>): OutsideLane;
}
