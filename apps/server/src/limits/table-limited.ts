import {
  type BranchInfo,
  type BranchRef,
  type ChangeRowsResult,
  type DatabasePort,
  type DeleteRowsRequest,
  type DiffPage,
  type DiffRequest,
  foldName,
  type GetBranch,
  HeliosError,
  type InsertRowsRequest,
  type InsertRowsResult,
  type PointInTime,
  type ReadTableRequest,
  type ReadTableResult,
  type ResolvedPoint,
  type ResolveRequest,
  type Retention,
  type RowHistoryPage,
  type RowHistoryRequest,
  type StateRef,
  type TableInfo,
  type UpdateRowsRequest,
} from "@heliosdb/port";
import { ApiError } from "../errors/api-error.js";

/**
 * A database of which only the rows of some tables are there, by the names that these have at the moment that is read.
 * What could reach other tables is refused as a whole: SQL, whose tables a text does not show (views, triggers, virtual
 * tables), whole states (files, merges, restores, snapshots) and commits, which tell of every table. Only what stands
 * below with a body is let through.
 */
export class TableLimitedDatabase implements DatabasePort {
  private readonly names: ReadonlySet<string>;

  constructor(
    private readonly database: DatabasePort,
    tables: readonly string[],
  ) {
    this.names = new Set(tables.map(foldName));
  }

  readonly query = refused("send SQL: read rows of a table");
  readonly streamQuery = this.query;
  readonly execute = refused("send SQL: write rows of a table");
  readonly createBranch = refused("make branches");
  readonly updateBranch = refused("change branches");
  readonly deleteBranch = refused("delete branches");
  readonly undeleteBranch = refused("bring branches back");
  readonly resetBranch = refused("reset branches");
  readonly merge = refused("merge");
  readonly restore = refused("restore branches");
  readonly history = refused("list commits");
  readonly listSnapshots = refused("use snapshots");
  readonly createSnapshot = refused("use snapshots");
  readonly deleteSnapshot = refused("use snapshots");
  readonly exportFile = refused("download branches");
  readonly importFile = refused("upload branches");
  readonly importPath = refused("upload branches");
  readonly setRetention = refused("change how long history is kept");

  listBranches(deleted?: boolean): Promise<readonly BranchInfo[]> {
    return this.database.listBranches(deleted);
  }

  getBranch(request: GetBranch): Promise<BranchInfo> {
    return this.database.getBranch(request);
  }

  async listTables(branch: BranchRef, at?: PointInTime): Promise<readonly TableInfo[]> {
    return (await this.database.listTables(branch, at)).filter(({ name }) => this.sees(name));
  }

  resolve(request: ResolveRequest): Promise<ResolvedPoint> {
    return this.database.resolve(request);
  }

  async readTable(request: ReadTableRequest): Promise<ReadTableResult> {
    await this.check(request);
    return this.database.readTable({ ...request, ownTableOnly: true });
  }

  async insertRows(request: InsertRowsRequest): Promise<InsertRowsResult> {
    await this.check(request);
    return this.database.insertRows(request);
  }

  async updateRows(request: UpdateRowsRequest): Promise<ChangeRowsResult> {
    await this.check(request);
    return this.database.updateRows({ ...request, ownTableOnly: true });
  }

  async deleteRows(request: DeleteRowsRequest): Promise<ChangeRowsResult> {
    await this.check(request);
    return this.database.deleteRows({ ...request, ownTableOnly: true });
  }

  async rowHistory(request: RowHistoryRequest): Promise<RowHistoryPage> {
    await this.check(request);
    return this.database.rowHistory(request);
  }

  /** Of the tables that were asked for, or of all that are seen. */
  async diff(request: DiffRequest): Promise<DiffPage> {
    const tables = request.tables ?? (await this.tablesOf(request.from, request.to));
    const hidden = tables.find((name) => !this.sees(name));
    if (hidden !== undefined) {
      throw new HeliosError("TABLE_NOT_FOUND", `Table '${hidden}' is in neither state`, { table: hidden });
    }
    const page = await this.database.diff({ ...request, tables });
    // Views and triggers tell of other tables; so could a table that was called something else on the other side.
    const schema = page.schema.filter(({ type, name }) => type === "table" && this.sees(name));
    const changes = page.tables.filter(({ table }) => this.sees(table));
    return { ...page, schema, tables: changes, rows: page.rows.filter(({ table }) => this.sees(table)) };
  }

  getRetention(): Promise<Retention> {
    return this.database.getRetention();
  }

  private sees(table: string): boolean {
    return this.names.has(foldName(table));
  }

  private async tablesOf(...states: readonly StateRef[]): Promise<readonly string[]> {
    const found = await Promise.all(states.map(({ branch, at }) => this.listTables(branch, at)));
    return [...new Set(found.flat().map(({ name }) => name))];
  }

  /** Says of a hidden table what is said of one that there is not, once the branch and the moment have been found. */
  private async check(request: { readonly branch: BranchRef; readonly table: string; readonly at?: PointInTime }) {
    const { branch, table, at } = request;
    if (this.sees(table)) return;
    if (at === undefined) await this.database.getBranch({ branch });
    else await this.database.resolve({ branch, at });
    const when = at && at.kind !== "now" ? " at that time" : "";
    throw new HeliosError("TABLE_NOT_FOUND", `Table '${table}' not found${when}`, { table });
  }
}

function refused(what: string): () => Promise<never> {
  return async () => {
    throw new ApiError("FORBIDDEN", `These credentials are limited to single tables and can't ${what}`);
  };
}
