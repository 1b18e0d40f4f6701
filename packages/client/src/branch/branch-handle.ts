import type { SqlText } from "../arguments/sql-text.js";
import type { CreateBranch, DeleteBranch, GetBranch, ResetBranch, UpdateBranch } from "../resources/branch-settings.js";
import type { Comparison } from "../resources/diff.js";
import type { DownloadedFile, DownloadToFile } from "../resources/download.js";
import type { ReadDensity } from "../resources/graph.js";
import type { HistoryFilter } from "../resources/history.js";
import type { MergeBranch } from "../resources/merging.js";
import type { RestoreBranch } from "../resources/restoring.js";
import type { BatchOptions, BatchStatement, ExecuteOptions } from "../resources/sql.js";
import type { BeginTransaction } from "../resources/transactions.js";
import type { Branch } from "../results/branch.js";
import type { RowDifference } from "../results/diff.js";
import type { CommitDensity } from "../results/graph.js";
import type { HistoryEntry } from "../results/history.js";
import type { MergeResult } from "../results/merge.js";
import type { RestoreResult } from "../results/restore.js";
import type { BatchResult, ExecuteResult, Row } from "../results/rows.js";
import { BranchReader } from "./branch-reader.js";
import type { Resources } from "./resources.js";
import { TableHandle } from "./table-handle.js";
import { inTransaction, type TransactionHandle } from "./transaction-handle.js";

export type BranchMerge = Omit<MergeBranch, "targetBranch">;

/** One branch: to read, at any point in time, and to write. */
export class BranchHandle extends BranchReader {
  /** @internal */
  constructor(resources: Resources, branch: string) {
    super(resources, branch, null);
  }

  /** Runs one statement that writes rows or changes the schema, as one commit. */
  execute<R = Row>(sql: string | SqlText, options: Omit<ExecuteOptions, "branch"> = {}): Promise<ExecuteResult<R>> {
    return this.resources.sql.execute<R>(sql, { ...options, branch: this.branch });
  }

  /** Runs statements that write as one transaction: all of them or none, as one commit. */
  batch<R = Row>(
    statements: readonly BatchStatement[],
    options: Omit<BatchOptions, "branch"> = {},
  ): Promise<BatchResult<R>> {
    return this.resources.sql.batch<R>(statements, { ...options, branch: this.branch });
  }

  /**
   * Begins a transaction, calls `use`, and commits everything that it wrote as one commit. If `use` fails, the transaction
   * is rolled back, and the call rejects with that error. Resolves to the result of `use`.
   */
  transaction<T>(use: (transaction: TransactionHandle) => Promise<T>, options: BeginTransaction = {}): Promise<T> {
    return inTransaction(this.resources, this.branch, options, use);
  }

  override table<R = Row>(name: string): TableHandle<R> {
    return new TableHandle<R>(this.resources, this.branch, name, null);
  }

  /** What is known of the branch. */
  info(options: GetBranch = {}): Promise<Branch> {
    return this.resources.branches.get(this.branch, options);
  }

  /** Creates a branch that forks from this one, and returns its handle. */
  async fork(request: Omit<CreateBranch, "sourceBranch">): Promise<BranchHandle> {
    const { name } = await this.resources.branches.create({ ...request, sourceBranch: this.branch });
    return new BranchHandle(this.resources, name);
  }

  /** Merges this branch into another, value by value, as one commit. */
  mergeInto(target: string | BranchHandle, options: BranchMerge = {}): Promise<MergeResult> {
    const targetBranch = typeof target === "string" ? target : target.branch;
    return this.resources.branches.merge(this.branch, { ...options, targetBranch });
  }

  /** All rows that differ from another state; by default, from the parent as it was at the fork. */
  diffRows<R = Row>(options: Comparison = {}): AsyncGenerator<RowDifference<R>, void, undefined> {
    return this.resources.branches.diffRows<R>(this.branch, options);
  }

  /** All commits, newest first. */
  commits(options: HistoryFilter = {}): AsyncGenerator<HistoryEntry, void, undefined> {
    return this.resources.branches.commits(this.branch, options);
  }

  /** Counts the commits of the branch's history in equal parts of a time. */
  density(options: ReadDensity = {}): Promise<CommitDensity> {
    return this.resources.branches.density(this.branch, options);
  }

  /** Restores rows and schema to an earlier state, as one commit. */
  restore(request: RestoreBranch): Promise<RestoreResult> {
    return this.resources.branches.restore(this.branch, request);
  }

  /** Resets the branch to an earlier state of its parent or of itself. */
  reset(options: ResetBranch = {}): Promise<Branch> {
    return this.resources.branches.reset(this.branch, options);
  }

  /** Changes its name or settings. After a change of name, get another handle. */
  update(request: UpdateBranch): Promise<Branch> {
    return this.resources.branches.update(this.branch, request);
  }

  /** Downloads the branch into a SQLite file. */
  downloadTo(path: string, options: DownloadToFile = {}): Promise<DownloadedFile> {
    return this.resources.branches.downloadTo(this.branch, path, options);
  }

  delete(options: DeleteBranch = {}): Promise<void> {
    return this.resources.branches.delete(this.branch, options);
  }
}
