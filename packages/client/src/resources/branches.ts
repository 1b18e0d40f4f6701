import { type Branch, type BranchList, branchOf } from "../results/branch.js";
import type { DiffPage, RowDifference } from "../results/diff.js";
import type { CommitDensity, Graph } from "../results/graph.js";
import type { HistoryEntry, HistoryPage } from "../results/history.js";
import { type MergeResult, mergeResultOf } from "../results/merge.js";
import type { RestoreResult } from "../results/restore.js";
import type { BatchResult, ExecuteResult, QueryResult, Row } from "../results/rows.js";
import { entriesOf } from "../transport/pages.js";
import type { Transport } from "../transport/transport.js";
import {
  type CreateBranch,
  createBody,
  type DeleteBranch,
  type GetBranch,
  type ListBranches,
  type ResetBranch,
  resetBody,
  type UndeleteBranch,
  type UpdateBranch,
  updateBody,
} from "./branch-settings.js";
import { type Comparison, diff, type ReadDiff } from "./diff.js";
import {
  type BranchFile,
  type DownloadBranch,
  type DownloadedFile,
  type DownloadToFile,
  download,
  downloadTo,
} from "./download.js";
import { density, graph, type ReadDensity, type ReadGraph } from "./graph.js";
import { type HistoryFilter, history, type ReadHistory } from "./history.js";
import { type MergeBranch, mergeBody } from "./merging.js";
import { bodyOf, pathOf } from "./parts.js";
import { type RestoreBranch, restore } from "./restoring.js";
import { Snapshots } from "./snapshots.js";
import type { ExecuteBatch, ExecuteStatement, QueryStatement, Sql } from "./sql.js";
import { type UploadBranch, upload } from "./upload.js";

/** Branches: create, change, compare, merge, restore and delete them, and run SQL on one. */
export class Branches {
  readonly snapshots: Snapshots;
  readonly #transport: Transport;
  readonly #sql: Sql;

  /** @internal */
  constructor(transport: Transport, sql: Sql) {
    this.#transport = transport;
    this.#sql = sql;
    this.snapshots = new Snapshots(transport);
  }

  async list(options: ListBranches = {}): Promise<BranchList> {
    const { status, page, limit, sort, order, includeChanges } = options;
    const { data } = await this.#transport.api.GET("/v1/branches", {
      params: { query: { status, page, limit, sort, order, include_changes: includeChanges } },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    const list = bodyOf(data);
    return { total: list.total, branches: list.branches.map(branchOf) };
  }

  /** Rejects with `BRANCH_NOT_FOUND` if there is none with that name or id. */
  async get(branch: string, options: GetBranch = {}): Promise<Branch> {
    const { includeStats, includeHistory, includeDeleted } = options;
    const { data } = await this.#transport.api.GET("/v1/branches/{branch}", {
      params: {
        path: pathOf({ branch }),
        query: { include_stats: includeStats, include_history: includeHistory, include_deleted: includeDeleted },
      },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return branchOf(bodyOf(data));
  }

  /** Creates a branch; copies nothing, however large the source is. */
  async create(request: CreateBranch): Promise<Branch> {
    const { data } = await this.#transport.api.POST("/v1/branches", {
      body: createBody(request),
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    return branchOf(bodyOf(data));
  }

  /** Changes a branch's name or settings. */
  async update(branch: string, request: UpdateBranch): Promise<Branch> {
    const { data } = await this.#transport.api.PATCH("/v1/branches/{branch}", {
      params: { path: pathOf({ branch }) },
      body: updateBody(request),
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    return branchOf(bodyOf(data));
  }

  /** The branch can be undeleted by its id for as long as the retention keeps deleted branches. */
  async delete(branch: string, options: DeleteBranch = {}): Promise<void> {
    await this.#transport.api.DELETE("/v1/branches/{branch}", {
      params: { path: pathOf({ branch }), query: { force: options.force } },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
  }

  /** Undeletes a branch, by its id: its name may belong to another by now. */
  async undelete(id: string, options: UndeleteBranch = {}): Promise<Branch> {
    const { data } = await this.#transport.api.POST("/v1/branches/{branch}/undelete", {
      params: { path: pathOf({ branch: id }) },
      body: { name: options.name },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return branchOf(bodyOf(data));
  }

  /** Resets a branch to an earlier state of its parent or of itself, as if it had been created from there. */
  async reset(branch: string, options: ResetBranch = {}): Promise<Branch> {
    const { data } = await this.#transport.api.POST("/v1/branches/{branch}/reset", {
      params: { path: pathOf({ branch }) },
      body: resetBody(options),
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return branchOf(bodyOf(data));
  }

  /** Restores rows and schema to an earlier state, as one commit. */
  restore(branch: string, request: RestoreBranch): Promise<RestoreResult> {
    return restore(this.#transport, branch, request);
  }

  /** Merges a branch into another, value by value, as one commit. */
  async merge(source: string, request: MergeBranch): Promise<MergeResult> {
    const { data } = await this.#transport.api.POST("/v1/branches/{branch}/merge", {
      params: { path: pathOf({ branch: source }) },
      body: mergeBody(request),
      fetch: this.#transport.call({ idempotent: request.dryRun === true }, request),
    });
    return mergeResultOf(bodyOf(data));
  }

  /** One page of a branch's commits, newest first. */
  history(branch: string, options: ReadHistory = {}): Promise<HistoryPage> {
    return history(this.#transport, branch, options);
  }

  /**
   * All commits, newest first. Pages are requested as needed: `for await (const commit of
   * client.branches.commits("main"))`.
   */
  commits(branch: string, options: HistoryFilter = {}): AsyncGenerator<HistoryEntry, void, undefined> {
    return entriesOf(
      (cursor) => this.history(branch, { ...options, cursor }),
      (page) => page.entries,
    );
  }

  /** Branches with their forks, commits and merges, as a graph; commits are folded into groups where there are many. */
  graph(options: ReadGraph = {}): Promise<Graph> {
    return graph(this.#transport, options);
  }

  /** Counts the commits of a branch's history in equal parts of a time. */
  density(branch: string, options: ReadDensity = {}): Promise<CommitDensity> {
    return density(this.#transport, branch, options);
  }

  /** The changes from another state to this branch: schema, counts, and one page of rows. */
  diff<R = Row>(branch: string, options: ReadDiff = {}): Promise<DiffPage<R>> {
    return diff<R>(this.#transport, branch, options);
  }

  /** All rows that differ. Pages are requested as needed; later pages compare the same two states as the first. */
  diffRows<R = Row>(branch: string, options: Comparison = {}): AsyncGenerator<RowDifference<R>, void, undefined> {
    return entriesOf(
      (cursor) => this.diff<R>(branch, { ...options, cursor }),
      (page) => page.rows,
    );
  }

  /** Streams a branch as a SQLite file, now or at an earlier point in time. */
  download(branch: string, options: DownloadBranch = {}): Promise<BranchFile> {
    return download(this.#transport, branch, options);
  }

  /** Downloads a branch into a file, which a browser has none of. */
  downloadTo(branch: string, path: string, options: DownloadToFile = {}): Promise<DownloadedFile> {
    return downloadTo(this.#transport, branch, path, options);
  }

  /** Imports a SQLite file, by its path or as a Blob, as a new branch; needs the scope `admin`. */
  upload(name: string, file: string | Blob, options: UploadBranch = {}): Promise<Branch> {
    return upload(this.#transport, name, file, options);
  }

  /** Runs one statement that only reads. */
  query<R = Row>(branch: string, request: QueryStatement): Promise<QueryResult<R>> {
    return this.#sql.query<R>(request.sql, { ...request, branch });
  }

  /** Runs one statement that writes rows or changes the schema, as one commit. */
  execute<R = Row>(branch: string, request: ExecuteStatement): Promise<ExecuteResult<R>> {
    return this.#sql.execute<R>(request.sql, { ...request, branch });
  }

  /** Runs statements that write as one transaction. */
  batch<R = Row>(branch: string, request: ExecuteBatch): Promise<BatchResult<R>> {
    return this.#sql.batch<R>(request.statements, { ...request, branch });
  }
}
