import type { CallOptions } from "../options.js";
import { type AsOf, bodyPoint } from "../point.js";
import { type Branch, type BranchList, branchOf } from "../results/branch.js";
import { type MergeResult, mergeResultOf } from "../results/merge.js";
import type { ExecuteResult, QueryResult, Row } from "../results/rows.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";
import type { ExecuteStatement, QueryStatement, Sql } from "./sql.js";

export interface ListBranches extends CallOptions {
  readonly status?: "all" | "active" | "merged";
  /** 1-based; without a page all branches come at once. */
  readonly page?: number;
  /** Branches a page, at most 100. */
  readonly limit?: number;
  readonly sort?: "created_at" | "updated_at" | "name";
  readonly order?: "asc" | "desc";
}

export interface CreateBranch extends CallOptions {
  /** 1 to 100 letters, digits, hyphens and underscores, starting with a letter or digit. */
  readonly name: string;
  /** Name or id of the branch to fork from. Default `main`. */
  readonly sourceBranch?: string;
  /** The moment of its history to fork from. Default now. */
  readonly asOf?: AsOf;
  /** Refuse every write and every merge into it. */
  readonly readOnly?: boolean;
  /** Default true. When false, the branch follows its parent's head until its first write. */
  readonly isolated?: boolean;
}

/** What to do where both branches changed one value. */
export type ConflictResolution =
  | "auto"
  | "ours"
  | "theirs"
  | "source_wins"
  | "target_wins"
  | "manual"
  | "abort"
  | "Auto"
  | "Ours"
  | "Theirs"
  | "Manual";

export interface MergeBranch extends CallOptions {
  /** Name or id of the branch to merge into. */
  readonly targetBranch: string;
  /**
   * Default `auto`: the newer write wins. `source_wins` (`theirs`), `target_wins` (`ours`); `manual` fails with every
   * conflict listed in the error's details, `abort` on the first.
   */
  readonly conflictResolution?: ConflictResolution;
  /** Delete the source in the same step. */
  readonly deleteAfterMerge?: boolean;
  /** Stands in the target's history. */
  readonly message?: string;
  /** Report what would happen, and change nothing. */
  readonly dryRun?: boolean;
  /** Fail with `TARGET_MOVED` if the target has moved on from this commit. */
  readonly ifTargetScn?: number;
}

/** Branches: make, list, merge and delete them, and run SQL on one. */
export class Branches {
  readonly #transport: Transport;
  readonly #sql: Sql;

  /** @internal */
  constructor(transport: Transport, sql: Sql) {
    this.#transport = transport;
    this.#sql = sql;
  }

  async list(options: ListBranches = {}): Promise<BranchList> {
    const { status, page, limit, sort, order } = options;
    const { data } = await this.#transport.api.GET("/v1/branches", {
      params: { query: { status, page, limit, sort, order } },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    const list = bodyOf(data);
    return { total: list.total, branches: list.branches.map(branchOf) };
  }

  /** Rejects with `BRANCH_NOT_FOUND` where there is none of that name or id. */
  async get(branch: string, options: CallOptions = {}): Promise<Branch> {
    const { data } = await this.#transport.api.GET("/v1/branches/{branch}", {
      params: { path: pathOf({ branch }) },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return branchOf(bodyOf(data));
  }

  /** Forks a branch; copies nothing, however big the source is. */
  async create(request: CreateBranch): Promise<Branch> {
    const { name, sourceBranch, asOf, readOnly, isolated } = request;
    const { data } = await this.#transport.api.POST("/v1/branches", {
      body: {
        name,
        parent: sourceBranch,
        snapshot_id: asOf === undefined ? undefined : bodyPoint(asOf),
        options: readOnly === undefined && isolated === undefined ? undefined : { read_only: readOnly, isolated },
      },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    return branchOf(bodyOf(data));
  }

  async delete(branch: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.api.DELETE("/v1/branches/{branch}", {
      params: { path: pathOf({ branch }) },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
  }

  /** Merges a branch into another, value by value, as one commit. */
  async merge(source: string, request: MergeBranch): Promise<MergeResult> {
    const { data } = await this.#transport.api.POST("/v1/branches/{branch}/merge", {
      params: { path: pathOf({ branch: source }) },
      body: {
        target: request.targetBranch,
        strategy: strategyOf(request.conflictResolution),
        delete_source_after_merge: request.deleteAfterMerge,
        merge_message: request.message,
        dry_run: request.dryRun,
        if_target_scn: request.ifTargetScn,
      },
      fetch: this.#transport.call({ idempotent: request.dryRun === true }, request),
    });
    return mergeResultOf(bodyOf(data));
  }

  /** Runs one statement that only reads. */
  query<R = Row>(branch: string, request: QueryStatement): Promise<QueryResult<R>> {
    return this.#sql.query<R>(request.sql, { ...request, branch });
  }

  /** Runs one statement that writes rows or changes the schema, as one commit. */
  execute<R = Row>(branch: string, request: ExecuteStatement): Promise<ExecuteResult<R>> {
    return this.#sql.execute<R>(request.sql, { ...request, branch });
  }
}

/** The document names each word in one letter case; the server takes any. */
function strategyOf(word: ConflictResolution | undefined) {
  if (word === "auto") return "Auto";
  if (word === "ours") return "Ours";
  return word === "theirs" ? "Theirs" : word;
}
