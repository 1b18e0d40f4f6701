import type { AsOf } from "../arguments/point.js";
import type { SqlText } from "../arguments/sql-text.js";
import type { QueryStream } from "../resources/query-stream.js";
import type { QueryOptions } from "../resources/sql.js";
import type { QueryResult, Row } from "../results/rows.js";
import type { Table } from "../results/table.js";
import type { CallOptions } from "../transport/options.js";
import type { Resources } from "./resources.js";
import { TableReader } from "./table-handle.js";

export type BranchQuery = Omit<QueryOptions, "branch" | "asOf">;

/** One branch at one point in time, to read. */
export class BranchReader {
  /** @internal */
  protected readonly resources: Resources;

  /**
   * @internal
   * @param branch name or id
   * @param point null for now
   */
  constructor(
    resources: Resources,
    readonly branch: string,
    readonly point: AsOf | null,
  ) {
    this.resources = resources;
  }

  /** The same branch at a point in time. */
  asOf(point: AsOf): BranchReader {
    return new BranchReader(this.resources, this.branch, point);
  }

  /** Runs one statement that only reads. */
  query<R = Row>(sql: string | SqlText, options: BranchQuery = {}): Promise<QueryResult<R>> {
    return this.resources.sql.query<R>(sql, { ...options, ...this.bound() });
  }

  /** The same for results of any size, see `client.sql.stream`. */
  stream<R = Row>(sql: string | SqlText, options: BranchQuery = {}): Promise<QueryStream<R>> {
    return this.resources.sql.stream<R>(sql, { ...options, ...this.bound() });
  }

  /** A handle on one of its tables. */
  table<R = Row>(name: string): TableReader<R> {
    return new TableReader<R>(this.resources, this.branch, name, this.point);
  }

  /** Its tables. */
  tables(options: CallOptions = {}): Promise<readonly Table[]> {
    const { asOf } = this.bound();
    return this.resources.tables.list(this.branch, { ...options, asOf });
  }

  private bound(): { readonly branch: string; readonly asOf: AsOf | undefined } {
    return { branch: this.branch, asOf: this.point ?? undefined };
  }
}
