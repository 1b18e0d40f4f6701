import { HeliosError, type MergeConflict, type MergeRequest, type MergeResult } from "@heliosdb/port";
import type { DatabasePaths } from "../file/paths.js";
import { foldMergeBases } from "../lineage/fold-bases.js";
import { findMergeBases, lineageOf, type MergeBase } from "../lineage/merge-bases.js";
import { isContained, joinVectors, lastShared, rootOf, type StateLineage } from "../lineage/version-vector.js";
import type { Allocator } from "../meta/allocator.js";
import type { BranchTable } from "../meta/branches.js";
import type { Commit } from "../meta/commits.js";
import type { BranchRecord } from "../meta/records.js";
import { PastView } from "../past/past-view.js";
import type { Epoch, TableDef } from "../schema/model.js";
import { ident } from "../sql/names.js";
import { failpoint } from "../util/failpoint.js";
import type { PointInTimeViews } from "../view/point-in-time-views.js";
import type { BranchFile } from "../write/branch-file.js";
import { finishChanges } from "../write/commit-changes.js";
import { changeSchema } from "../write/ddl.js";
import type { StoredRequest } from "../write/request-outcomes.js";
import { changedColumn, wroteTo } from "./rows/activity.js";
import { ConvertedValues } from "./rows/converted-values.js";
import { checkForeignKeys } from "./rows/foreign-keys.js";
import { applyTable, planTable } from "./rows/merge-table.js";
import { passedOver } from "./rows/passed-over.js";
import { PlanMemory } from "./rows/plan-memory.js";
import { Resolutions } from "./rows/resolutions.js";
import { type BaseViews, type MergeSides, NOTHING, type Side, TableSides } from "./rows/sides.js";
import { foldEpochs } from "./schema/base-schema.js";
import { SchemaConflict } from "./schema/conflict.js";
import { checkObjects, createObjects } from "./schema/objects.js";
import { finishRebuild } from "./schema/rebuild.js";
import { SchemaIdentity } from "./schema/schema-identity.js";
import { mergeSchema, type SchemaPlan } from "./schema/schema-merge.js";

/** Maximum number of conflicts in a result; the count is of all. */
const MAX_LISTED = 1000;

export interface MergeContext {
  readonly branches: BranchTable;
  readonly views: PointInTimeViews;
  readonly paths: DatabasePaths;
  readonly allocator: Allocator;
  readonly open: (file: string) => BranchFile;
}

type Result = Omit<MergeResult, "sourceDeleted">;

/** Merges the head of one branch into another, in one transaction with one SCN; a dry run rolls it back. */
export function mergeBranches(
  context: MergeContext,
  source: BranchRecord,
  target: BranchRecord,
  request: MergeRequest,
): MergeResult {
  const merge = new Merge(context, source, target, request);
  try {
    return { ...merge.run(), sourceDeleted: false };
  } finally {
    merge.close();
  }
}

/** True if the target contains everything that the source does. */
export function bringsNothing({ branches, views }: MergeContext, source: BranchRecord, target: BranchRecord): boolean {
  const [from, into] = [source, target].map((branch) => {
    const { file, cap } = branches.locate(branch);
    return lineageOf(branches, views, file, cap).vector;
  });
  return isContained(from!, into!);
}

class Merge {
  private readonly opened = new Map<string, PastView>();
  private readonly converted = new ConvertedValues();
  private readonly memory = new PlanMemory();
  private readonly source: StateLineage;
  private readonly target: StateLineage;
  private readonly sourceFile: string;
  private readonly targetFile: string;
  private readonly bases: MergeBase[];
  private readonly resolutions: Resolutions;
  private readonly root: { readonly scn: number };

  constructor(
    private readonly context: MergeContext,
    private readonly from: BranchRecord,
    readonly into: BranchRecord,
    private readonly request: MergeRequest,
  ) {
    this.resolutions = new Resolutions(request.resolutions ?? []);
    this.root = rootOf(context.branches);
    const [there, here] = [context.branches.locate(from), context.branches.locate(into)];
    this.sourceFile = there.file;
    this.targetFile = here.file;
    this.source = lineageOf(context.branches, context.views, there.file, there.cap);
    this.target = lineageOf(context.branches, context.views, here.file, here.cap);
    this.bases = findMergeBases(context.branches, context.views, this.source.vector, this.target.vector);
  }

  run(): Result {
    const { ifTargetScn, dryRun = false } = this.request;
    if (ifTargetScn !== undefined && ifTargetScn !== this.target.scn) {
      throw new HeliosError(
        "TARGET_MOVED",
        `Expected the target at SCN ${ifTargetScn}, but it is at ${this.target.scn}. Look at what changed, then try again.`,
        {
          scn: this.target.scn,
        },
      );
    }
    const nothing = { merged: 0, conflicts: [], conflictCount: 0, sourceScn: this.source.scn, dryRun };
    if (isContained(this.source.vector, this.target.vector)) return { ...nothing, ...this.headOfTarget() };
    return this.write(this.context.open(this.targetFile), dryRun);
  }

  private write(file: BranchFile, dryRun: boolean): Result {
    const { db } = file;
    // Inside a transaction the setting would be ignored, and deleting a row that is inserted again would cascade.
    db.pragma("foreign_keys = OFF");
    const head = file.head;
    const scn = this.context.allocator.scn();
    let done: { result: Result; stored: StoredRequest | null } | undefined;
    try {
      file.begin();
      failpoint("merge.begun");
      done = this.inTransaction(file, scn);
      failpoint("merge.before-commit");
      db.exec(dryRun ? "ROLLBACK" : "COMMIT");
      file.noteLog();
      failpoint("merge.committed");
    } catch (error) {
      if (db.inTransaction) db.exec("ROLLBACK");
      const conflict = error instanceof SchemaConflict ? error.conflict : null;
      if (conflict && dryRun) done = { result: this.conflicting(head, [conflict]), stored: null };
      else if (conflict) throw conflictError([conflict]);
      else throw error;
    } finally {
      db.pragma("foreign_keys = ON");
      if (dryRun || !done) {
        this.context.allocator.unused(scn);
        file.recover();
      }
    }
    if (!dryRun) file.requests.remember(done.stored);
    return dryRun ? { ...done.result, dryRun: true, scn: head.scn, timestamp: head.ts, changed: false } : done.result;
  }

  private inTransaction(file: BranchFile, scn: number): { result: Result; stored: StoredRequest | null } {
    const { request } = this;
    const sourceSide = this.side(this.sourceFile, this.source);
    const targetSide = this.side(this.targetFile, this.target);
    const sides: MergeSides = {
      source: sourceSide,
      target: targetSide,
      bases: this.bases,
      views: this.baseViews,
      identity: new SchemaIdentity(file.db, sourceSide.state.db),
      targetBefore: file.epoch,
      rebuilds: new Map(),
      converted: this.converted,
      file,
    };
    const touched = new Set<string>();
    file.capture.begin(scn);
    const schema = this.mergeSchemas(sides, scn, touched);
    const rebuilds = new Map(schema.rebuilds.map((rebuild) => [rebuild.old.uid, rebuild]));
    sides.rebuilds = rebuilds;
    sides.identity.save();
    failpoint("merge.schema");
    const tables = sharedTables(sides).filter((table) => !schema.kept.has(table.uid));
    const triggers = suspendTriggers(file);
    file.capture.hook(
      tables.filter((table) => !rebuilds.has(table.uid)),
      false,
    );
    const consider = file.db.prepare("INSERT OR IGNORE INTO main._helios_touch (scn, uid, key) VALUES (?, ?, ?)");
    const plans = tables.map((table) => planTable(new TableSides(table, sides), request.strategy, this.resolutions));
    this.resolutions.checkAllUsed();
    const conflicts = plans.flatMap((plan) => plan.conflicts);
    const open = conflicts.filter((conflict) => conflict.resolution === null);
    const unresolved = open.length > 0;
    if (unresolved && !request.dryRun) {
      throw conflictError(request.strategy === "abort" ? open.slice(0, 1) : open, open.length);
    }
    let merged = 0;
    for (const plan of plans) {
      merged += unresolved ? plan.merged : applyTable(plan);
      for (const key of plan.considered) consider.run(scn, plan.sides.table.uid, key);
      touched.add(plan.sides.table.uid);
    }
    for (const { uid, keys } of passedOver(sides, schema.kept)) for (const key of keys) consider.run(scn, uid, key);
    if (!unresolved) this.finishSchema(sides, schema, scn, triggers);
    if (!unresolved) checkForeignKeys(file, plans, targetSide.state);
    const changes = finishChanges(file, scn, sides.targetBefore, touched);
    const commit: Commit = { scn, ts: this.context.allocator.time(), branch: file.internal, kind: "merge" };
    const vector = joinVectors(this.target.vector, this.source.vector).set(file.internal, scn);
    file.commits.add({
      ...commit,
      author: request.author,
      message: request.message ?? null,
      statements: [`MERGE ${this.from.name} (${merged} rows)`],
      tables: changes,
      merged: `${this.from.id}@${this.source.scn}`,
      vector: Object.fromEntries(vector),
    });
    file.head = commit;
    const result: Result = {
      scn,
      timestamp: commit.ts,
      changed: true,
      merged,
      conflicts: conflicts.slice(0, MAX_LISTED),
      conflictCount: conflicts.length,
      sourceScn: this.source.scn,
      dryRun: false,
    };
    return { result, stored: file.requests.store(request, scn, result) };
  }

  /** Constraints, views and triggers are made after the rows are written. */
  private finishSchema(sides: MergeSides, schema: SchemaPlan, scn: number, triggers: readonly string[]): void {
    const { file, source, target, targetBefore } = sides;
    for (const rebuild of schema.rebuilds) finishRebuild(file, rebuild, scn);
    restoreTriggers(file, triggers, scn, targetBefore);
    createObjects(file, schema.objects, scn, source.state, (name) => this.resolutions.schema(name));
    if (file.epoch.scn !== targetBefore.scn) checkObjects(file, target.state);
  }

  private mergeSchemas(sides: MergeSides, scn: number, touched: Set<string>): SchemaPlan {
    const { file, identity, source, target } = sides;
    const base = foldMergeBases(
      this.bases,
      this.baseViews.common,
      (each) => this.baseViews.open(each).epoch,
      (common, a, b) => foldEpochs(identity, common, a, b),
    );
    return mergeSchema(
      {
        file,
        base,
        source: source.state.epoch,
        identity,
        sourceWrote: (table) => wroteTo(source, table),
        targetWrote: (table) => wroteTo(target, table),
        sourceChanged: (table, column, inserted) => changedColumn(sides, source, table, column, inserted),
        targetChanged: (table, column, inserted) => changedColumn(sides, target, table, column, inserted),
        decide: (name) => this.resolutions.schema(name),
      },
      scn,
      touched,
    );
  }

  private side(file: string, at: StateLineage): Side {
    const since = lastShared(at.lineage, this.bases);
    // Compared with the very first commit, which is empty, everything is new: no history has to be kept.
    if (since !== this.root.scn) this.checkKept(file, since);
    return { state: this.open(file, at.scn), since, memory: this.memory };
  }

  private readonly baseViews: BaseViews = {
    open: (base) => (base.scn === this.root.scn ? NOTHING : this.open(this.fileOf(base), base.scn)),
    common: (a, b) => findMergeBases(this.context.branches, this.context.views, a.vector, b.vector),
  };

  /**
   * The file in which a base is read: on the source's or the target's own lineage if it is there, else in its branch's
   * file.
   */
  private fileOf(base: MergeBase): string {
    const sides: [StateLineage, string][] = [
      [this.source, this.sourceFile],
      [this.target, this.targetFile],
    ];
    const files = sides.flatMap(([{ lineage }, file]) => ((lineage.get(base.branch) ?? 0) >= base.scn ? [file] : []));
    return files.find((file) => this.context.views.head(file).commits.horizon() <= base.scn) ?? base.file;
  }

  private checkKept(file: string, scn: number): void {
    const horizon = this.context.views.head(file).commits.horizon();
    if (scn >= horizon) return;
    throw new HeliosError(
      "POINT_EXPIRED",
      `The branches can't be merged: that needs the history from SCN ${scn} on, and retention removed the history before SCN ${horizon}.`,
      { scn },
    );
  }

  private open(file: string, scn: number): PastView {
    this.checkKept(file, scn);
    const name = `${file}@${scn}`;
    let state = this.opened.get(name);
    if (!state) {
      state = new PastView(this.context.paths.branch(file), scn).pin();
      this.opened.set(name, state);
    }
    return state;
  }

  private headOfTarget(): { scn: number; timestamp: number; changed: boolean } {
    const head = this.context.views.head(this.targetFile);
    const commit = head.read(() => head.commits.atOrBefore(this.target.scn)!);
    return { scn: commit.scn, timestamp: commit.ts, changed: false };
  }

  private conflicting(head: Commit, conflicts: MergeConflict[]): Result {
    return {
      scn: head.scn,
      timestamp: head.ts,
      changed: false,
      merged: 0,
      conflicts,
      conflictCount: conflicts.length,
      sourceScn: this.source.scn,
      dryRun: true,
    };
  }

  close(): void {
    this.converted.close();
    for (const state of this.opened.values()) state.close();
  }
}

/** Tables that both sides have after the schemas were merged, with the definitions that they have then. */
function sharedTables({ file, source, identity, rebuilds }: MergeSides): TableDef[] {
  return file.epoch.tables
    .filter((table) => identity.table(source.state.epoch, table) !== undefined)
    .map((table) => rebuilds.get(table.uid)?.table ?? table);
}

function conflictError(conflicts: readonly MergeConflict[], count = conflicts.length): HeliosError {
  const schema = conflicts.every((conflict) => conflict.type === "schema");
  return new HeliosError(
    "MERGE_CONFLICT",
    schema
      ? `The schemas conflict: ${conflicts[0]!.message}. Nothing was merged.`
      : `Merge has ${count} conflict${count === 1 ? "" : "s"} requiring resolution. Nothing was merged.`,
    { conflict_count: count },
    { conflicts: conflicts.slice(0, MAX_LISTED) },
  );
}

/** A schema that was recorded meanwhile lacks the triggers: it is recorded again with them. */
function restoreTriggers(file: BranchFile, triggers: readonly string[], scn: number, before: Epoch): void {
  const create = () => {
    for (const trigger of triggers) file.db.exec(trigger);
  };
  if (file.epoch.scn === before.scn) create();
  else changeSchema(file, scn, undefined, create);
}

/**
 * The user's triggers would repeat what they did when the rows were written. Returns the statements that restore them.
 */
function suspendTriggers(file: BranchFile): string[] {
  const triggers = file.epoch.objects.filter((object) => object.type === "trigger");
  for (const trigger of triggers) file.db.exec(`DROP TRIGGER main.${ident(trigger.name)}`);
  return triggers.map((trigger) => trigger.sql);
}
