import type { EngineOptions, Weighed, WeighRequest } from "@heliosdb/engine";
import { type JsonQueryRequest, type JsonQueryResult, OPERATIONS } from "@heliosdb/port";
import { tenantGone } from "../errors/errors.js";
import { RequestSlots } from "../queue/request-slots.js";
import { Lane } from "./lane.js";

/** What a lane outside the host's process is opened with: plain JSON, which names folders of this machine. */
export interface OutsideLaneSettings {
  readonly databasesDir: string;
  readonly engine: Pick<EngineOptions, "clockOffsetMs" | "retention" | "maxAnswerBytes">;
  readonly maxRows: number;
  readonly maxQueuedPerDatabase: number;
  readonly maxQueued: number;
}

/** The host's way to a lane outside its process. */
export interface OutsideLaneLink {
  /** Rows of these files may be long by now; null stands for all files of all databases. */
  grown(database: string | null, files: readonly string[]): void;
  /** Resolves once the lane has no file of the database open, and opens none unless a query of it is weighed again. */
  closeDatabase(database: string): Promise<void>;
}

/** The host's part of a lane outside its process. */
export interface OutsideLaneHost {
  readonly settings: OutsideLaneSettings;
  /** Whether a query is short. Before that, the database is opened for writing, which recovers it where that is due. */
  weigh(database: string, request: WeighRequest): Promise<Weighed>;
  /** Counts reads that the lane answered. */
  ran(reads: number): void;
  detach(): void;
}

/** Runs short reads in another process than the host's. Everything else is left to the host. */
export class OutsideLane implements OutsideLaneLink {
  private readonly lane: Lane;
  private readonly maxRows: number;

  constructor(
    { databasesDir, engine, maxRows, maxQueuedPerDatabase, maxQueued }: OutsideLaneSettings,
    weigh: (database: string, request: WeighRequest) => Promise<Weighed>,
  ) {
    this.maxRows = maxRows;
    this.lane = new Lane({
      databasesDir,
      // With logs, whoever has such a lane leaves reads to the host.
      mayBeReplaced: false,
      engine,
      requestSlots: new RequestSlots(maxQueuedPerDatabase, maxQueued),
      weigh,
      elsewhere: async () => null,
    });
  }

  /** Reads that it answered. */
  get reads(): number {
    return this.lane.reads;
  }

  /** Whether a query is known to be short. If it isn't, it may be the next time. */
  has(database: string, request: JsonQueryRequest): boolean {
    return this.lane.has(database, { op: "queryJson", request });
  }

  /**
   * Null, at once or later, for a query that the host must run. Rejects where too many wait.
   * @param mayRun asked when it is the query's turn; where it may not run, the result is null
   */
  queryJson(
    database: string,
    request: JsonQueryRequest,
    mayRun: () => boolean,
  ): Promise<JsonQueryResult | null> | null {
    const capped = OPERATIONS.queryJson.capped!(request, this.maxRows);
    // The deadline is for whoever runs it elsewhere.
    return this.lane.read(database, { op: "queryJson", request: capped }, 0, mayRun) as Promise<JsonQueryResult> | null;
  }

  grown(database: string | null, files: readonly string[]): void {
    this.lane.grown(database, files);
  }

  async closeDatabase(database: string): Promise<void> {
    this.lane.closeDatabase(database, tenantGone());
  }

  close(): void {
    this.lane.close();
  }
}
