import {
  type BranchInfo,
  type BranchRef,
  type ChangeRowsResult,
  type CreateBranch,
  type CreateSnapshot,
  type DatabasePort,
  type DeleteRowsRequest,
  type DiffPage,
  type DiffRequest,
  type ExecuteRequest,
  type ExecuteResult,
  type ExportedFile,
  type ExportRequest,
  type GetBranch,
  HeliosError,
  type HistoryPage,
  type HistoryRequest,
  type ImportRequest,
  type InsertRowsRequest,
  type InsertRowsResult,
  type MergeRequest,
  type MergeResult,
  type PointInTime,
  type QueryRequest,
  type QueryResult,
  type ReadTableRequest,
  type ReadTableResult,
  type ResetBranch,
  type ResolvedPoint,
  type ResolveRequest,
  type RestoreRequest,
  type RestoreResult,
  type Retention,
  type RowHistoryPage,
  type RowHistoryRequest,
  type RowStream,
  type SnapshotInfo,
  type SnapshotRef,
  type StreamRequest,
  type TableInfo,
  type UndeleteBranch,
  type UpdateBranch,
  type UpdateRowsRequest,
} from "@heliosdb/port";
import { ApiError } from "../errors/api-error.js";
import { fitsAny } from "../util/glob.js";

const DEFAULT_BRANCH = "main";

/**
 * A database of which only the branches are there whose names fit a glob. Every other branch is answered for as one that
 * does not exist, and no response names one: what is seen of a branch that came from a hidden one is the branch itself,
 * with its history, and not where it came from.
 */
export class BranchLimitedDatabase implements DatabasePort {
  constructor(
    private readonly database: DatabasePort,
    private readonly globs: readonly string[],
  ) {}

  async listBranches(deleted?: boolean): Promise<readonly BranchInfo[]> {
    const all = await this.database.listBranches(deleted);
    return all.filter(({ name }) => this.sees(name)).map((branch) => this.shown(branch));
  }

  async getBranch(request: GetBranch): Promise<BranchInfo> {
    this.refuseHiddenName(request.branch);
    const branch = await this.database.getBranch(request);
    if (!this.sees(branch.name)) throw notFound(request.branch);
    return this.shown(branch);
  }

  async createBranch(request: CreateBranch): Promise<BranchInfo> {
    await this.check(request.parent ?? DEFAULT_BRANCH);
    this.checkNewName(request.name);
    return this.shown(await this.database.createBranch(request));
  }

  async updateBranch(request: UpdateBranch): Promise<BranchInfo> {
    await this.check(request.branch);
    if (request.name !== undefined) this.checkNewName(request.name);
    return this.shown(await this.database.updateBranch(request));
  }

  async deleteBranch(branch: BranchRef): Promise<BranchInfo> {
    await this.check(branch);
    return this.shown(await this.database.deleteBranch(branch).catch((error) => this.rethrow(error)));
  }

  async undeleteBranch(request: UndeleteBranch): Promise<BranchInfo> {
    await this.check(request.id);
    if (request.name !== undefined) this.checkNewName(request.name);
    return this.shown(await this.database.undeleteBranch(request).catch((error) => this.rethrow(error, request.id)));
  }

  async resetBranch(request: ResetBranch): Promise<BranchInfo> {
    await this.check(request.branch);
    if (request.to === "parent") {
      const { name, parent } = await this.database.getBranch({ branch: request.branch });
      // The parent's newer states are no part of the branch.
      if (parent && !this.sees(parent.name)) {
        throw new ApiError("FORBIDDEN", `These credentials do not see the parent of branch '${name}'`);
      }
    }
    return this.shown(await this.database.resetBranch(request));
  }

  async listTables(branch: BranchRef, at?: PointInTime): Promise<readonly TableInfo[]> {
    await this.check(branch);
    return this.database.listTables(branch, at);
  }

  async resolve(request: ResolveRequest): Promise<ResolvedPoint> {
    await this.check(request.branch);
    return this.database.resolve(request);
  }

  async query(request: QueryRequest): Promise<QueryResult> {
    await this.check(request.branch);
    return this.database.query(request);
  }

  async streamQuery(request: StreamRequest, signal?: AbortSignal): Promise<RowStream> {
    await this.check(request.branch);
    return this.database.streamQuery(request, signal);
  }

  async readTable(request: ReadTableRequest): Promise<ReadTableResult> {
    await this.check(request.branch);
    return this.database.readTable(request);
  }

  async execute(request: ExecuteRequest): Promise<ExecuteResult> {
    await this.check(request.branch);
    return this.database.execute(request);
  }

  async insertRows(request: InsertRowsRequest): Promise<InsertRowsResult> {
    await this.check(request.branch);
    return this.database.insertRows(request);
  }

  async updateRows(request: UpdateRowsRequest): Promise<ChangeRowsResult> {
    await this.check(request.branch);
    return this.database.updateRows(request);
  }

  async deleteRows(request: DeleteRowsRequest): Promise<ChangeRowsResult> {
    await this.check(request.branch);
    return this.database.deleteRows(request);
  }

  async merge(request: MergeRequest): Promise<MergeResult> {
    await this.check(request.source);
    await this.check(request.target);
    return this.database.merge(request);
  }

  async diff(request: DiffRequest): Promise<DiffPage> {
    await this.check(request.to.branch);
    await this.check(request.from.branch);
    return this.database.diff(request);
  }

  async history(request: HistoryRequest): Promise<HistoryPage> {
    await this.check(request.branch);
    const page = await this.database.history(request);
    const entries = page.entries.map((entry) => ({
      ...entry,
      branch: this.seenOrNull(entry.branch),
      // A merge's line names its source as that was called then.
      statements: entry.kind === "merge" ? [] : entry.statements,
      merged: entry.merged && entry.merged.name !== null && this.sees(entry.merged.name) ? entry.merged : null,
      snapshots: entry.snapshots.filter(({ branch }) => this.sees(branch.name)),
    }));
    return { ...page, entries };
  }

  async rowHistory(request: RowHistoryRequest): Promise<RowHistoryPage> {
    await this.check(request.branch);
    const page = await this.database.rowHistory(request);
    return { ...page, versions: page.versions.map((each) => ({ ...each, branch: this.seenOrNull(each.branch) })) };
  }

  async listSnapshots(branch: BranchRef): Promise<readonly SnapshotInfo[]> {
    await this.check(branch);
    return this.database.listSnapshots(branch);
  }

  async createSnapshot(request: CreateSnapshot): Promise<SnapshotInfo> {
    await this.check(request.branch);
    return this.database.createSnapshot(request);
  }

  async deleteSnapshot(request: SnapshotRef): Promise<SnapshotInfo> {
    await this.check(request.branch);
    return this.database.deleteSnapshot(request);
  }

  async restore(request: RestoreRequest): Promise<RestoreResult> {
    await this.check(request.branch);
    if (!request.backup) return this.database.restore(request);
    // The name that the engine would choose is chosen here, where it can be checked.
    const { name, headScn } = await this.database.getBranch({ branch: request.branch });
    const backup = request.backup.name ?? `${name}-backup-${headScn}`;
    this.checkNewName(backup);
    const result = await this.database.restore({ ...request, backup: { name: backup } });
    return { ...result, backup: result.backup && this.shown(result.backup) };
  }

  getRetention(): Promise<Retention> {
    return this.database.getRetention();
  }

  setRetention(change: Partial<Retention>): Promise<Retention> {
    return this.database.setRetention(change);
  }

  async exportFile(request: ExportRequest): Promise<ExportedFile> {
    await this.check(request.branch);
    return this.database.exportFile(request);
  }

  async importFile(request: ImportRequest): Promise<BranchInfo> {
    if (request.from) await this.check(request.from.branch);
    this.checkNewName(request.name);
    return this.shown(await this.database.importFile(request));
  }

  importPath(): Promise<string> {
    return this.database.importPath();
  }

  private sees(name: string): boolean {
    return fitsAny(this.globs, name);
  }

  /** A name says by itself whether it is hidden; whose an id is must be looked up. */
  private async check(branch: BranchRef): Promise<void> {
    this.refuseHiddenName(branch);
    if (isId(branch)) await this.getBranch({ branch, deleted: true });
  }

  private refuseHiddenName(branch: BranchRef): void {
    if (!isId(branch) && !this.sees(branch)) throw notFound(branch);
  }

  private checkNewName(name: string): void {
    if (this.sees(name)) return;
    const globs = this.globs.map((glob) => `'${glob}'`).join(", ");
    throw new ApiError("FORBIDDEN", `These credentials may use branch names like ${globs}, got '${name}'`);
  }

  private shown(branch: BranchInfo): BranchInfo {
    if (!branch.parent || this.sees(branch.parent.name)) return branch;
    const { details } = branch;
    return { ...branch, parent: null, ...(details && { details: { ...details, divergence: null } }) };
  }

  private seenOrNull<B extends { readonly name: string }>(branch: B | null): B | null {
    return branch && this.sees(branch.name) ? branch : null;
  }

  /** An error without the names of hidden branches. `id`: of the branch to be undeleted. */
  private async rethrow(error: unknown, id?: BranchRef): Promise<never> {
    if (!(error instanceof HeliosError)) throw error;
    if (error.code === "BRANCH_NOT_FOUND" && id !== undefined) {
      const { parent } = await this.getBranch({ branch: id, deleted: true });
      if (!parent) throw new HeliosError(error.code, "Its parent is deleted: it must be undeleted first.");
    }
    const { children } = error.data;
    if (!Array.isArray(children)) throw error;
    const seen = children.filter((name) => this.sees(String(name)));
    if (seen.length === children.length) throw error;
    throw new HeliosError(error.code, "The branch has children, some of which these credentials do not see.", {
      ...error.data,
      children: seen,
    });
  }
}

function isId(branch: BranchRef): boolean {
  return branch.startsWith("br_");
}

/** As the engine says it of a branch that there is not. */
function notFound(branch: BranchRef): HeliosError {
  return new HeliosError("BRANCH_NOT_FOUND", `Branch '${branch}' not found`);
}
