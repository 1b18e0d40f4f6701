import {
  type BranchInfo,
  type CommitInfo,
  type ExportRequest,
  HeliosError,
  type ImportRequest,
  MAIN_BRANCH,
  type MergeRequest,
  type MergeResult,
  NOW,
  type Repeatable,
  type RestoreResult,
  type Retention,
  type TransactionOperation,
} from "@heliosdb/port";
import {
  type CloneJob,
  type ControlOperation,
  type CopyRequest,
  type DatabaseWriter,
  ENGINE_OPERATIONS,
  type EngineOptions,
  type ImportJob,
  type MaintenanceReport,
  type OpenedTransaction,
  type Outcome,
  type RecordName,
  type RecordOperation,
  type ResultOf,
  type TransactionEnd,
  type WriteName,
  type WriteOperation,
} from "../api/api.js";
import type { FileJournal } from "../api/file-journal.js";
import { Clones } from "../clone/clones.js";
import { whyUndeletable } from "../control/branch-life.js";
import type { WriterContext } from "../control/context.js";
import { runRecordOperation } from "../control/record-operations.js";
import { DEFAULT_RETENTION, readRetention } from "../control/retention-settings.js";
import { readOnly, writable } from "../control/writable.js";
import { createForWriting } from "../file/connection.js";
import { DatabaseFiles } from "../file/database-files.js";
import { createFormat } from "../file/format.js";
import { DatabasePaths, UNFINISHED } from "../file/paths.js";
import { syncFile } from "../file/sync.js";
import { bringsNothing, mergeBranches } from "../merge/merge.js";
import { Allocator } from "../meta/allocator.js";
import { BranchTable, newBranchId } from "../meta/branches.js";
import { CommitLog } from "../meta/commits.js";
import type { MetaDb } from "../meta/meta-db.js";
import { storedId } from "../meta/outcome.js";
import type { BranchRecord, SnapshotRecord } from "../meta/records.js";
import { markExpendable } from "../recovery/expendable.js";
import { recordChecked } from "../recovery/record-check.js";
import { recover } from "../recovery/recover.js";
import { hasBackupsToSettle, settleBackups } from "../restore/backup-branch.js";
import { restoreBranch } from "../restore/restore.js";
import { Maintenance } from "../retention/maintain.js";
import { BranchBusy } from "../transaction/branch-busy.js";
import { OpenTransactions } from "../transaction/open-transactions.js";
import { prepareImport, recordImport } from "../transfer/import.js";
import { failpoint } from "../util/failpoint.js";
import { Lru } from "../util/lru.js";
import { DEFAULT_RESULT_BYTES } from "../values/result-size.js";
import { PointInTimeViews } from "../view/point-in-time-views.js";
import { BranchFile } from "../write/branch-file.js";
import { writeGroup } from "../write/group.js";

const OPEN_FILES = 64;

const NONE: readonly string[] = [];

/** Writes one database. There is one instance for a database at a time. */
export class Writer implements DatabaseWriter {
  private readonly paths: DatabasePaths;
  private readonly meta: MetaDb;
  private readonly allocator: Allocator;
  private readonly clones: Clones;
  private readonly views: PointInTimeViews;
  private readonly databaseFiles: DatabaseFiles;
  private readonly files = new Lru<string, BranchFile>(OPEN_FILES, (file) => this.clones.close(file));
  /** Files with a large commit that nobody has been told of. */
  private readonly grown = new Set<string>();
  private readonly transactions: OpenTransactions;
  private readonly retention: Retention;
  private readonly maxAnswerBytes: number;
  private readonly context: WriterContext;
  private readonly branches: BranchTable;
  private readonly maintenance: Maintenance;
  /** Id of the database, which each of its files carries. */
  private readonly database: string;
  readonly notes: readonly string[];
  readonly scnAtOpening: number;

  constructor(options: EngineOptions, journal: FileJournal | null) {
    this.paths = new DatabasePaths(options.directory);
    this.databaseFiles = new DatabaseFiles(journal);
    const { meta, branches, notes } = recover(this.paths, this.databaseFiles);
    this.meta = meta;
    this.branches = branches;
    this.notes = notes;
    try {
      this.database = meta.identify();
      this.allocator = new Allocator(meta, options.clockOffsetMs ?? 0);
      this.maxAnswerBytes = options.maxAnswerBytes ?? DEFAULT_RESULT_BYTES;
      this.retention = options.retention ?? DEFAULT_RETENTION;
      this.clones = new Clones(this.paths, this.databaseFiles);
      this.transactions = new OpenTransactions(this.files, this.allocator, (file) => this.clones.isCopied(file));
      meta.changes();
      if (branches.all.length === 0) this.createMain();
      this.views = new PointInTimeViews(
        this.paths,
        options.clockOffsetMs ?? 0,
        () => branches.files(),
        this.database,
        (file) => meta.fileFacts(file),
      );
      this.context = this.shared();
      this.maintenance = new Maintenance(this.context, {
        retention: () => readRetention(this.meta, this.retention),
        record: (change) => this.recorded(change),
        isOpen: (file) => this.files.has(file),
        isHeld: (file) => this.transactions.holds(file),
        close: (file) => this.files.delete(file),
        fileState: (timeline, file, scn) =>
          this.begin(file, scn, "snapshot", this.paths.snapshot(timeline, scn), timeline),
      });
      this.scnAtOpening = this.allocator.tellScn();
      if (hasBackupsToSettle(this.context)) this.recorded(() => settleBackups(this.context));
    } catch (error) {
      meta.close();
      throw error;
    }
  }

  prepare(operation: WriteOperation | ControlOperation): CloneJob | null {
    const ref = writtenBranch(operation);
    if (ref === null) return null;
    const branch = this.branches.get(ref);
    // A dry run leaves a branch that follows its parent unchanged: the branch that it follows gets the file.
    const timeline = this.branches.current(isDryRun(operation) ? this.branches.followed(branch) : branch);
    const refused = branch.readOnly || (branch.isProtected && operation.op !== "merge");
    if (timeline.materialised || refused || this.changesNothing(operation, branch)) return null;
    const { file, cap } = this.branches.locate(branch);
    const scn = this.source(file).commits.atOrBefore(cap)!.scn;
    return this.begin(file, scn, "materialise", this.paths.branch(timeline.id), timeline.id);
  }

  /** A merge that brings nothing does not materialise its target. */
  private changesNothing(operation: WriteOperation | ControlOperation, target: BranchRecord): boolean {
    if (operation.op !== "merge") return false;
    if (this.mergedBefore(operation.request)) return true;
    const source = this.branches.get(operation.request.source);
    return source.id === target.id || bringsNothing(this.context, source, target);
  }

  prepareCopy(request: CopyRequest): CloneJob | null {
    if (this.clones.hasCopy(request, this.database)) return null;
    if (!this.branches.files().includes(request.file)) {
      throw new HeliosError("BRANCH_NOT_FOUND", "The branch was deleted while it was copied.");
    }
    if (request.scn < this.source(request.file).commits.horizon()) {
      throw new HeliosError(
        "POINT_EXPIRED",
        `Retention removed the history of SCN ${request.scn} while it was copied.`,
      );
    }
    return this.begin(request.file, request.scn, "copy", this.paths.copy(request.file, request.scn));
  }

  prepareExport(request: ExportRequest): CloneJob {
    const at = request.at ?? NOW;
    const location = this.branches.locate(this.branches.get(request.branch), at);
    const head = this.views.head(location.file);
    const commit = head.read(() => this.views.resolve(head, location, at));
    const filed = this.views.filedPath(location, commit.scn);
    const target = this.paths.transfer(`export-${commit.scn}`);
    return this.begin(location.file, commit.scn, "export", target, null, filed);
  }

  private begin(
    file: string,
    scn: number,
    purpose: CloneJob["purpose"],
    target: string,
    timeline: string | null = null,
    filed: string | null = null,
    keepsLog = this.databaseFiles.isJournaled && (purpose === "materialise" || purpose === "snapshot"),
  ): CloneJob {
    const locks = this.branches.ownerOf(file)!.id;
    return this.clones.begin(this.source(file), { locks, scn, purpose, target, timeline, filed, keepsLog });
  }

  copied(job: CloneJob): void {
    this.clones.copied(job);
  }

  finish(job: CloneJob): void {
    if (job.purpose === "materialise" && !this.lacksFile(job.timeline!)) {
      this.clones.abort(job);
      return;
    }
    this.clones.publish(job);
    if (job.purpose === "snapshot") this.recordFiled(job);
    if (job.purpose === "materialise") this.recordFile(job.timeline!);
    failpoint("clone.recorded");
  }

  /** Operations on different branches may prepare the same file at the same time: the first to finish wins. */
  private lacksFile(id: string): boolean {
    const timeline = this.branches.timeline(id);
    return timeline?.materialised === false && timeline.purgedAt === null;
  }

  private recordFile(timeline: string): void {
    const fork = this.open(timeline).head;
    const origin = this.branches.locateTimeline(this.branches.timeline(timeline)!).file;
    this.meta.updateTimeline(timeline, { materialised: true, origin, fork: fork.scn, forkAt: fork.ts });
    this.refresh();
  }

  abort(job: CloneJob): void {
    this.clones.abort(job);
  }

  prepareImport(request: ImportRequest, path: string): ImportJob {
    return prepareImport(this.context, request, path, (file, scn, timeline, filed) =>
      // The journal gets the file as the import leaves it.
      this.begin(file, scn, "materialise", this.paths.branch(timeline), timeline, filed, false),
    );
  }

  importBranch(job: ImportJob, request: ImportRequest): BranchInfo {
    if (job.base) this.clones.copied(job.base);
    return this.recorded(() => recordImport(this.context, job, request));
  }

  write(operations: readonly WriteOperation[]): (Outcome<ResultOf<WriteName>> | null)[] {
    const first = operations[0];
    if (!first) return [];
    const branch = writable(this.branches, first.request.branch);
    this.materialise(first);
    return writeGroup(this.open(this.branches.get(branch.id).timeline), this.allocator, operations);
  }

  outcome(operation: WriteOperation | ControlOperation): unknown {
    if (isRecord(operation)) {
      const id = storedId(operation.request);
      return id === null ? null : (this.meta.request(id) ?? null);
    }
    const ref = writtenBranch(operation)!;
    return this.ownFile(this.branches.get(ref))?.requests.find(operation.request) ?? null;
  }

  control<O extends ControlOperation>(operation: O): ResultOf<O["op"]> {
    return this.dispatch(operation) as ResultOf<O["op"]>;
  }

  private dispatch(operation: ControlOperation): ResultOf<ControlOperation["op"]> {
    switch (operation.op) {
      case "merge":
        return this.merge(operation);
      case "restore":
        return this.restore(operation);
      case "openTransaction":
        return this.openTransaction(operation);
      default:
        return this.record(operation);
    }
  }

  /** A change to meta.db alone: done once for each request id, completely or not at all. */
  private record(operation: RecordOperation): ResultOf<RecordName> {
    const id = storedId(operation.request);
    if (id !== null) {
      const known = this.meta.request(id);
      if (known !== undefined) return known as ResultOf<RecordName>;
    }
    if (operation.op === "resetBranch") this.checkFree(operation.request.branch);
    // What can't be deleted is refused at once.
    if (operation.op === "deleteBranch" && !this.isUndeletable(operation.request.branch)) {
      this.checkFree(operation.request.branch);
    }
    const gone: string[] = [];
    const done = this.recorded(() => {
      const before = operation.op === "deleteSnapshot" ? this.meta.snapshots() : [];
      const result = runRecordOperation(this.context, operation, this.retention);
      gone.push(...this.filesGone(before));
      for (const path of gone) markExpendable(this.meta, this.paths, path);
      if (id !== null) this.meta.recordRequest(id, result);
      return result;
    });
    // The file may be removed only after its record is gone; one that a crash leaves is removed at the next opening.
    if (gone.length > 0) failpoint("snapshot.unrecorded");
    for (const path of gone) this.databaseFiles.remove(path);
    return done;
  }

  /** A commit to a timeline that is no longer the branch's would be lost. */
  private checkFree(ref: string): void {
    this.transactions.checkFree(this.branches.current(this.branches.get(ref)).id);
  }

  /** Files of snapshots that are no longer recorded. */
  private filesGone(before: readonly SnapshotRecord[]): string[] {
    const path = ({ timeline, scn }: SnapshotRecord) => this.paths.snapshot(timeline, scn);
    const left = new Set(this.meta.snapshots().map(path));
    return before.map(path).filter((file) => !left.has(file));
  }

  private recorded<T>(change: () => T): T {
    try {
      const result = this.meta.atomically(() => {
        // For the entries that the triggers of meta.db write.
        this.meta.set("scn_last", this.allocator.tellScn());
        const done = change();
        failpoint("record.before-commit");
        return done;
      });
      failpoint("record.committed");
      return result;
    } catch (error) {
      this.allocator.reload();
      throw error;
    } finally {
      this.refresh();
    }
  }

  private merge(operation: Extract<ControlOperation, { op: "merge" }>): MergeResult {
    const { request } = operation;
    const done = this.mergedBefore(request);
    if (done) return done;
    const target = this.branches.get(request.target);
    const known = request.dryRun ? undefined : this.repeated<MergeResult>(target, request);
    // A crash happened before the source was marked as merged: do it now.
    if (known) return this.recordMerge(this.mergedSource(target, known), request, known);
    const source = this.branches.get(request.source);
    if (source.id === target.id) {
      throw new HeliosError(
        "INVALID_MERGE",
        `Branch '${source.name}' can't be merged into itself. Name another target.`,
      );
    }
    if (request.deleteSource) {
      this.checkFree(source.id);
      this.checkDeletable(source);
    }
    if (target.readOnly) throw readOnly(target);
    this.materialise(operation);
    const result = mergeBranches(this.context, source, this.branches.get(target.id), request);
    return request.dryRun ? result : this.recordMerge(source, request, result);
  }

  /**
   * The outcome of a merge that was completed: by now its source may be gone, or its name may belong to another branch.
   */
  private mergedBefore(request: MergeRequest): MergeResult | undefined {
    const id = mergeId(request);
    return id === null || request.dryRun ? undefined : (this.meta.request(id) as MergeResult | undefined);
  }

  /** The branch that a merge brought in, by the record of the commit; null if it has been deleted since. */
  private mergedSource(target: BranchRecord, { scn }: MergeResult): BranchRecord | null {
    const id = this.ownFile(target)?.commits.sourceOf(scn) ?? null;
    const source = this.branches.byIdOrNull(id);
    return source?.deletedAt === null ? source : null;
  }

  private recordMerge(source: BranchRecord | null, request: MergeRequest, result: MergeResult): MergeResult {
    const sourceDeleted = request.deleteSource ?? false;
    const merged = { ...result, sourceDeleted };
    this.recorded(() => {
      const deleted = sourceDeleted ? { deletedAt: this.allocator.time() } : {};
      if (source) this.meta.updateBranch(source.id, { mergedScn: result.sourceScn, ...deleted });
      const id = mergeId(request);
      if (id !== null) this.meta.recordRequest(id, merged);
    });
    failpoint("merge.recorded");
    return merged;
  }

  private restore(operation: Extract<ControlOperation, { op: "restore" }>): RestoreResult {
    const { request } = operation;
    const branch = writable(this.branches, request.branch);
    const known = request.dryRun ? undefined : this.repeated<RestoreResult>(branch, request);
    if (known) return known;
    this.materialise(operation);
    return restoreBranch(this.context, this.branches.get(branch.id), request, (change) => this.recorded(change));
  }

  private openTransaction(operation: Extract<ControlOperation, { op: "openTransaction" }>): OpenedTransaction {
    const { request } = operation;
    const known = this.transactions.get(request.id);
    if (known) return known.began;
    const branch = writable(this.branches, request.branch);
    this.materialise(operation);
    return this.transactions.open(this.open(this.branches.get(branch.id).timeline), branch.id, request).began;
  }

  inTransaction<O extends TransactionOperation>(id: string, operation: O): ResultOf<O["op"]> {
    return this.transactions.run(id, operation);
  }

  endTransaction(id: string, end: TransactionEnd): CommitInfo | null {
    return this.transactions.end(id, end, (branch) => writable(this.branches, branch));
  }

  get openTransactions(): number {
    return this.transactions.size;
  }

  /** The outcome of a request that was committed to a branch earlier. */
  private repeated<T>(branch: BranchRecord, request: Repeatable): T | undefined {
    return this.ownFile(branch)?.requests.find<T>(request);
  }

  private isUndeletable(ref: string): boolean {
    return whyUndeletable(this.context, this.branches.get(ref)) !== null;
  }

  private checkDeletable(source: BranchRecord): void {
    if (whyUndeletable(this.context, source) === null) return;
    throw new HeliosError(
      "INVALID_MERGE",
      `Branch '${source.name}' can't be deleted after the merge: it is the default branch, protected, or has children.`,
    );
  }

  takeGrown(): readonly string[] {
    if (this.grown.size === 0) return NONE;
    const files = [...this.grown];
    this.grown.clear();
    return files;
  }

  maintain(budgetMs: number): MaintenanceReport {
    return this.maintenance.turn(budgetMs);
  }

  private recordFiled(job: CloneJob): void {
    const snapshot = this.meta.snapshots().find((each) => each.timeline === job.timeline && each.scn === job.scn);
    // The snapshot may have been deleted while its file was made.
    if (snapshot) this.meta.updateSnapshot(snapshot.branch, snapshot.scn, { filed: true });
    else this.databaseFiles.remove(this.paths.snapshot(job.timeline!, job.scn));
  }

  /** Gives the branch a file, for callers that have not let a helper make the clone before. */
  private materialise(operation: WriteOperation | ControlOperation): void {
    const job = this.prepare(operation);
    if (!job) return;
    // Without a helper, the clone is read through the source's connection, which shows an open transaction's changes.
    if (this.transactions.holdsPath(job.source)) {
      this.abort(job);
      throw new BranchBusy(`a transaction is open in ${job.source}`);
    }
    try {
      this.clones.run(job);
      this.finish(job);
    } catch (error) {
      this.abort(job);
      throw error;
    }
  }

  /** Throws BranchBusy while a transaction is open in the file. */
  private open(internal: string): BranchFile {
    this.transactions.checkFree(internal);
    return this.files.getOr(internal, () => this.openFile(internal));
  }

  /** A file to clone, or to read committed facts from: also one in which a transaction is open. */
  private source(internal: string): BranchFile {
    return this.transactions.file(internal) ?? this.open(internal);
  }

  private openFile(internal: string): BranchFile {
    const { database, maxAnswerBytes, grown, databaseFiles } = this;
    return new BranchFile(this.paths.branch(internal), internal, database, maxAnswerBytes, grown, databaseFiles);
  }

  /** The file of a branch's timeline, if it has one, for what is committed in it. */
  private ownFile(branch: BranchRecord): BranchFile | null {
    return this.branches.current(branch).materialised ? this.source(branch.timeline) : null;
  }

  private refresh(): void {
    this.branches.apply(this.meta.changes());
  }

  private shared(): WriterContext {
    return {
      meta: this.meta,
      paths: this.paths,
      files: this.databaseFiles,
      allocator: this.allocator,
      views: this.views,
      branches: this.branches,
      open: (file) => this.open(file),
      refresh: () => this.refresh(),
    };
  }

  /** The first branch: an empty file with one commit, from which its history is readable. */
  private createMain(): void {
    const timeline = "b1";
    const path = this.paths.branch(timeline);
    // Files of an earlier attempt that a crash interrupted; recover() has made sure that they are nothing else.
    for (const left of [path, path + UNFINISHED]) this.databaseFiles.remove(left);
    const db = createForWriting(path + UNFINISHED);
    const [scn, ts] = [this.allocator.scn(), this.allocator.time()];
    db.transaction(() => {
      createFormat(db, timeline, this.database);
      new CommitLog(db).add({
        ...{ scn, ts, branch: timeline, kind: "init", author: "system", message: null },
        ...{ statements: [], tables: [] },
      });
      db.prepare("INSERT INTO _helios_schema VALUES (?, ?)").run(scn, JSON.stringify({ tables: [], objects: [] }));
    })();
    this.databaseFiles.closeMade(path + UNFINISHED, db);
    failpoint("create.made");
    this.databaseFiles.rename(path + UNFINISHED, path);
    syncFile(this.paths.branches);
    failpoint("create.renamed");
    const id = newBranchId();
    this.meta.atomically(() => {
      this.meta.set("timelines_made", 1);
      this.meta.set("scn_last", scn);
      this.meta.insert("branches", {
        ...{ id, name: MAIN_BRANCH, parent: null, timeline, createdAt: ts, updatedAt: ts, mergedScn: null },
        ...{ readOnly: false, isolated: true, isProtected: false, displayName: null, metadata: "{}" },
        ...{ expiresAt: null, deletedAt: null, purgedAt: null },
      });
      this.meta.insert("timelines", {
        ...{ id: timeline, branch: id, origin: null, fork: scn, forkAt: ts, materialised: true },
        ...{ since: 0, sinceAt: ts, author: null, message: null, purgedAt: null },
      });
    });
    this.refresh();
  }

  close(): void {
    this.maintenance.end();
    this.transactions.close();
    this.allocator.close();
    this.views.close();
    this.files.clear();
    recordChecked(this.meta);
    this.meta.close();
  }
}

/**
 * Opens a database for writing, and creates it if it doesn't exist. A journal is told of all changes to its files. It
 * closes them after the writer's `close`.
 */
export function openWriter(options: EngineOptions, journal: FileJournal | null = null): DatabaseWriter {
  return new Writer(options, journal);
}

/** The branch whose file an operation writes, or null. */
function writtenBranch(operation: WriteOperation | ControlOperation): string | null {
  if (isRecord(operation)) return null;
  return operation.op === "merge" ? operation.request.target : operation.request.branch;
}

function isRecord(operation: WriteOperation | ControlOperation): operation is RecordOperation {
  return ENGINE_OPERATIONS[operation.op].kind === "record";
}

function isDryRun(operation: WriteOperation | ControlOperation): boolean {
  return (operation.op === "merge" || operation.op === "restore") && operation.request.dryRun === true;
}

/** In meta.db, merges have ids that no other kind of request has. */
function mergeId(request: MergeRequest): string | null {
  const id = storedId(request);
  return id === null ? null : `merge ${request.target} ${id}`;
}
