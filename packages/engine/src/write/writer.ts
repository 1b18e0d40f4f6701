import { mkdirSync, renameSync } from "node:fs";
import {
  type BranchInfo,
  type CreateBranch,
  HeliosError,
  type MergeRequest,
  type MergeResult,
  NOW,
} from "@heliosdb/port";
import type {
  CloneJob,
  ControlOperation,
  ControlResults,
  CopyRequest,
  DatabaseWriter,
  EngineOptions,
  Outcome,
  WriteOperation,
  WriteResults,
} from "../api.js";
import { syncFile } from "../clone/clone-files.js";
import { Clones } from "../clone/clones.js";
import { openForWriting } from "../file/connection.js";
import { createFormat } from "../file/format.js";
import { DatabasePaths, UNFINISHED } from "../file/paths.js";
import { Lru } from "../lru.js";
import { mergeBranches } from "../merge/merge.js";
import { Allocator } from "../meta/allocator.js";
import { BranchTable, checkBranchName, MAIN, newBranchId } from "../meta/branches.js";
import { CommitLog } from "../meta/commits.js";
import { type BranchRecord, MetaDb } from "../meta/meta-db.js";
import { describeBranch } from "../read/branch-info.js";
import { States } from "../read/states.js";
import { BranchFile } from "./branch-file.js";
import { writeGroup } from "./group.js";

const OPEN_FILES = 64;

/** Writes one database. There is one of these for a database at a time. */
export class Writer implements DatabaseWriter {
  private readonly paths: DatabasePaths;
  private readonly meta: MetaDb;
  private readonly allocator: Allocator;
  private readonly clones: Clones;
  private readonly states: States;
  private readonly files = new Lru<string, BranchFile>(OPEN_FILES, (file) => this.clones.close(file));
  private branches: BranchTable;

  constructor(options: EngineOptions) {
    this.paths = new DatabasePaths(options.directory);
    mkdirSync(this.paths.branches, { recursive: true });
    mkdirSync(this.paths.copies, { recursive: true });
    this.meta = MetaDb.openForWriting(this.paths.meta);
    this.allocator = new Allocator(this.meta, options.clockOffsetMs ?? 0);
    this.clones = new Clones(this.paths);
    this.branches = BranchTable.read(this.meta);
    if (this.branches.all.length === 0) this.createMain();
    this.clones.cleanUp(
      new Set(this.branches.all.filter((branch) => branch.materialised).map((branch) => branch.internal)),
    );
    this.states = new States(this.paths, options.clockOffsetMs ?? 0, () =>
      this.branches.live().flatMap((branch) => (branch.materialised ? [branch.internal] : [])),
    );
  }

  prepare(operation: WriteOperation | ControlOperation): CloneJob | null {
    const ref = writtenBranch(operation);
    if (ref === null) return null;
    const branch = this.branches.get(ref);
    const refused = branch.readOnly || (branch.isProtected && operation.op !== "merge");
    if (branch.materialised || refused) return null;
    const { file, cap } = this.branches.locate(branch);
    const source = this.open(file);
    const scn = source.commits.atOrBefore(cap)!.scn;
    return this.clones.begin(
      source,
      this.branches.byInternal(file)!.id,
      scn,
      branch.internal,
      this.paths.branch(branch.internal),
    );
  }

  prepareCopy(request: CopyRequest): CloneJob | null {
    if (this.clones.hasCopy(request)) return null;
    const owner = this.branches.byInternal(request.file);
    if (!owner?.materialised) throw new HeliosError("BRANCH_NOT_FOUND", "The branch has gone meanwhile.");
    const target = this.paths.copy(request.file, request.scn);
    return this.clones.begin(this.open(request.file), owner.id, request.scn, null, target);
  }

  copied(job: CloneJob): void {
    this.clones.copied(job);
  }

  finish(job: CloneJob): void {
    this.clones.publish(job);
    if (job.branch === null) return;
    const branch = this.branches.byInternal(job.branch)!;
    const fork = this.open(job.branch).head;
    this.meta.update(branch.id, { materialised: 1, fork: fork.scn, forkAt: fork.ts });
    this.branches = BranchTable.read(this.meta);
  }

  abort(job: CloneJob): void {
    this.clones.abort(job);
  }

  write(operations: readonly WriteOperation[]): Outcome<WriteResults[WriteOperation["op"]]>[] {
    const first = operations[0];
    if (!first) return [];
    const branch = this.writable(first.request.branch);
    this.materialise(first);
    return writeGroup(this.open(branch.internal), this.allocator, operations);
  }

  outcome(ref: string, requestId: string): WriteResults[WriteOperation["op"]] | MergeResult | null {
    const branch = this.branches.get(ref);
    return branch.materialised ? (this.open(branch.internal).requests.find(requestId) ?? null) : null;
  }

  control<O extends ControlOperation>(operation: O): ControlResults[O["op"]] {
    return this.dispatch(operation) as ControlResults[O["op"]];
  }

  private dispatch(operation: ControlOperation): ControlResults[ControlOperation["op"]] {
    switch (operation.op) {
      case "createBranch":
        return this.createBranch(operation.request);
      case "deleteBranch":
        return this.deleteBranch(operation.branch);
      case "merge":
        return this.merge(operation);
    }
  }

  private createBranch(request: CreateBranch): BranchInfo {
    checkBranchName(request.name);
    const parent = this.branches.get(request.parent ?? MAIN);
    if (this.branches.has(request.name)) {
      throw new HeliosError("BRANCH_EXISTS", `Branch '${request.name}' already exists`);
    }
    const isolated = request.isolated ?? true;
    const at = request.at ?? NOW;
    if (!isolated && at.kind !== "now") {
      throw new HeliosError(
        "INVALID_FIELD",
        "A branch that is not isolated follows its parent's head, so it can't start at a past point.",
      );
    }
    const location = this.branches.locate(parent);
    const head = this.states.head(location.file);
    const fork = head.within(() => this.states.resolve(head, location, at));
    const branch: BranchRecord = {
      id: newBranchId(),
      name: request.name,
      internal: this.nextInternal(),
      parent: parent.id,
      fork: isolated ? fork.scn : null,
      forkAt: fork.ts,
      createdAt: this.allocator.time(),
      materialised: false,
      readOnly: request.readOnly ?? false,
      isolated,
      isProtected: false,
      deletedAt: null,
      mergedScn: null,
    };
    this.meta.insert(branch);
    return this.refreshed(branch.id);
  }

  private deleteBranch(ref: string): BranchInfo {
    const branch = this.branches.get(ref);
    if (branch.parent === null)
      throw new HeliosError("BRANCH_PROTECTED", `Branch '${branch.name}' is the default branch and can't be deleted`);
    if (branch.isProtected)
      throw new HeliosError("BRANCH_PROTECTED", `Branch '${branch.name}' is protected and can't be deleted`);
    const children = this.branches.children(branch).map((child) => child.name);
    if (children.length > 0) {
      throw new HeliosError(
        "BRANCH_HAS_CHILDREN",
        `Branch '${branch.name}' has children: ${children.slice(0, 10).join(", ")}${children.length > 10 ? ", …" : ""}. Delete them first.`,
        { children },
      );
    }
    this.meta.update(branch.id, { deletedAt: this.allocator.time() });
    return this.refreshed(branch.id);
  }

  private merge(operation: Extract<ControlOperation, { op: "merge" }>): ControlResults["merge"] {
    const { request } = operation;
    const source = this.branches.get(request.source);
    const target = this.branches.get(request.target);
    if (source.id === target.id) {
      throw new HeliosError("INVALID_MERGE", `Branch '${source.name}' can't be merged into itself`);
    }
    const known = this.repeatedMerge(source, target, request);
    if (known) return known;
    if (request.deleteSource) this.checkDeletable(source);
    if (target.readOnly) throw readOnly(target);
    this.materialise(operation);
    const result = mergeBranches(
      {
        branches: this.branches,
        states: this.states,
        paths: this.paths,
        allocator: this.allocator,
        open: (file) => this.open(file),
      },
      source,
      this.branches.get(target.id),
      request,
    );
    return request.dryRun ? result : this.recordMerge(source, request, result);
  }

  /** A retry of a merge that was committed. A crash may have come before the source was marked: that is made up for. */
  private repeatedMerge(source: BranchRecord, target: BranchRecord, request: MergeRequest): MergeResult | null {
    if (!target.materialised || request.dryRun) return null;
    const known = this.open(target.internal).requests.find<MergeResult>(request.requestId);
    return known ? this.recordMerge(source, request, known) : null;
  }

  private recordMerge(source: BranchRecord, request: MergeRequest, result: MergeResult): MergeResult {
    const deleted = request.deleteSource ? { deletedAt: this.allocator.time() } : {};
    this.meta.update(source.id, { mergedScn: result.sourceScn, ...deleted });
    this.branches = BranchTable.read(this.meta);
    return { ...result, sourceDeleted: request.deleteSource ?? false };
  }

  private checkDeletable(source: BranchRecord): void {
    if (source.parent !== null && !source.isProtected && this.branches.children(source).length === 0) return;
    throw new HeliosError(
      "INVALID_MERGE",
      `Branch '${source.name}' can't be deleted after the merge: it is the default branch, protected, or has children`,
    );
  }

  private writable(ref: string): BranchRecord {
    const branch = this.branches.get(ref);
    if (branch.readOnly) throw readOnly(branch);
    if (branch.isProtected) {
      throw new HeliosError("BRANCH_PROTECTED", `Branch '${branch.name}' is protected: change it by a merge`);
    }
    return branch;
  }

  /** Gives the branch a file of its own, for callers that did not have the clone made by a helper before. */
  private materialise(operation: WriteOperation | ControlOperation): void {
    const job = this.prepare(operation);
    if (!job) return;
    try {
      this.clones.run(job);
      this.finish(job);
    } catch (error) {
      this.abort(job);
      throw error;
    }
  }

  private open(internal: string): BranchFile {
    return this.files.getOr(internal, () => new BranchFile(this.paths.branch(internal), internal));
  }

  private refreshed(id: string): BranchInfo {
    this.branches = BranchTable.read(this.meta);
    return describeBranch(this.branches, this.states, this.branches.byIdOrNull(id)!);
  }

  private nextInternal(): string {
    const number = (this.meta.get("branches_made") ?? 0) + 1;
    this.meta.set("branches_made", number);
    return `b${number}`;
  }

  /** The first branch: an empty file with one commit, from which its history is readable. */
  private createMain(): void {
    const internal = this.nextInternal();
    const path = this.paths.branch(internal);
    const db = openForWriting(path + UNFINISHED);
    const [scn, ts] = [this.allocator.scn(), this.allocator.time()];
    db.transaction(() => {
      createFormat(db, internal);
      new CommitLog(db).add({
        scn,
        ts,
        branch: internal,
        kind: "init",
        author: "system",
        message: null,
        statements: [],
        tables: [],
      });
      db.prepare("INSERT INTO _helios_schema VALUES (?, ?)").run(scn, JSON.stringify({ tables: [], objects: [] }));
    })();
    db.close();
    renameSync(path + UNFINISHED, path);
    syncFile(this.paths.branches);
    this.meta.insert({
      id: newBranchId(),
      name: MAIN,
      internal,
      parent: null,
      fork: scn,
      forkAt: ts,
      createdAt: ts,
      materialised: true,
      readOnly: false,
      isolated: true,
      isProtected: false,
      deletedAt: null,
      mergedScn: null,
    });
    this.branches = BranchTable.read(this.meta);
  }

  close(): void {
    this.allocator.close();
    this.states.close();
    this.files.clear();
    this.meta.close();
  }
}

/** Opens a database for writing, and makes it where there is none. */
export function openWriter(options: EngineOptions): DatabaseWriter {
  return new Writer(options);
}

function writtenBranch(operation: WriteOperation | ControlOperation): string | null {
  switch (operation.op) {
    case "createBranch":
    case "deleteBranch":
      return null;
    case "merge":
      return operation.request.target;
    default:
      return operation.request.branch;
  }
}

function readOnly(branch: BranchRecord): HeliosError {
  return new HeliosError("BRANCH_READ_ONLY", `Branch '${branch.name}' is read-only`);
}
