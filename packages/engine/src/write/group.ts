import type { WireError } from "@heliosdb/port";
import type { Outcome, ResultOf, WriteName, WriteOperation } from "../api/api.js";
import { toHeliosError } from "../file/sqlite-error.js";
import type { Allocator } from "../meta/allocator.js";
import type { Commit } from "../meta/commits.js";
import { failpoint } from "../util/failpoint.js";
import { ResultSize } from "../values/result-size.js";
import type { BranchFile } from "./branch-file.js";
import { finishChanges } from "./commit-changes.js";
import { continueTables } from "./continued-tables.js";
import { planWrite, tablesByUid } from "./operations.js";
import type { PlannedWrite } from "./planned-write.js";
import type { StoredRequest } from "./request-outcomes.js";

type AnyResult = ResultOf<WriteName>;
/** Null for an operation that was not run because the results of the others are already large. */
type AnyOutcome = Outcome<AnyResult> | null;

/** If the results of a group exceed this many bytes, its remaining members wait for the next group. */
export const MOST_RESULT_BYTES = 4 * 1024 * 1024;

/** A member of a group whose transaction is still open. */
interface Pending {
  readonly index: number;
  readonly stored: StoredRequest | null;
}

/**
 * Writes several operations to one branch file: one transaction, one savepoint and one SCN for each, one fsync for all.
 * Operations that need a separate transaction get one. If something ends the group's transaction early (OR ROLLBACK, a
 * deferred constraint), its members run again one by one.
 *
 * An operation without an outcome was not run because the results of the others are already large. The first one is
 * always run.
 */
export function writeGroup(
  file: BranchFile,
  allocator: Allocator,
  operations: readonly WriteOperation[],
): AnyOutcome[] {
  const outcomes: AnyOutcome[] = new Array(operations.length).fill(null);
  file.resultBytes = 0;
  let group: number[] = [];
  const flush = () => {
    if (group.length > 0) writeTogether(file, allocator, operations, group, outcomes);
    group = [];
  };
  operations.forEach((operation, index) => {
    const known = file.requests.find<AnyResult>(operation.request);
    if (known) {
      outcomes[index] = { ok: true, result: known };
    } else if (isFull(file)) {
      return;
    } else if (file.hasDeferred || mayNeedItsOwn(operation)) {
      flush();
      writeTogether(file, allocator, operations, [index], outcomes);
    } else group.push(index);
  });
  flush();
  return outcomes;
}

function isFull(file: BranchFile): boolean {
  return file.resultBytes > MOST_RESULT_BYTES;
}

/** A guess from the text alone; cases that it misses are found when the operation is planned. */
function mayNeedItsOwn(operation: WriteOperation): boolean {
  return (
    operation.op === "execute" &&
    operation.request.statements.some(({ sql }) => !/^\s*(insert|update|delete|replace|with)\b/i.test(sql))
  );
}

function writeTogether(
  file: BranchFile,
  allocator: Allocator,
  operations: readonly WriteOperation[],
  members: readonly number[],
  outcomes: AnyOutcome[],
): void {
  const plans = new Map<number, PlannedWrite>();
  for (const index of members) {
    try {
      plans.set(index, planWrite(file, operations[index]!));
    } catch (error) {
      outcomes[index] = failed(error);
    }
  }
  if (plans.size === 0) return;
  // An operation whose foreign keys are not checked at once is alone in its transaction.
  const mode = [...plans.values()].find((plan) => plan.foreignKeys)?.foreignKeys ?? "at once";
  file.setForeignKeys(mode);
  try {
    runTransaction(file, allocator, operations, plans, outcomes);
  } finally {
    file.setForeignKeys("at once");
  }
}

function runTransaction(
  file: BranchFile,
  allocator: Allocator,
  operations: readonly WriteOperation[],
  plans: ReadonlyMap<number, PlannedWrite>,
  outcomes: AnyOutcome[],
): void {
  const headBefore = file.head;
  const pending: Pending[] = [];
  const touched = new Set<string>();
  file.begin(true);
  try {
    if (file.foreignKeys === "deferred") file.db.pragma("defer_foreign_keys = ON");
    for (const [index, plan] of plans) {
      if (isFull(file)) break;
      for (const uid of plan.touched) touched.add(uid);
      runMember(file, allocator, plan, index, outcomes, pending, plans.size === 1);
    }
    failpoint("write.before-commit");
    file.commit();
    failpoint("write.committed");
  } catch (error) {
    if (file.db.inTransaction) file.db.exec("ROLLBACK");
    const [first] = plans;
    if (plans.size === 1 && !first![1].alone) {
      file.capture.revert(tablesByUid(file, touched));
      file.head = headBefore;
    } else file.recover();
    if (plans.size === 1) outcomes[first![0]] = failed(error);
    else {
      file.resultBytes = 0;
      for (const index of plans.keys()) outcomes[index] = null;
      for (const index of plans.keys()) {
        if (!isFull(file)) writeTogether(file, allocator, operations, [index], outcomes);
      }
    }
    return;
  }
  for (const { stored } of pending) file.requests.remember(stored);
}

/** Thrown if a member ended the whole transaction. */
class GroupLost extends Error {}

function runMember(
  file: BranchFile,
  allocator: Allocator,
  plan: PlannedWrite,
  index: number,
  outcomes: AnyOutcome[],
  pending: Pending[],
  single: boolean,
): void {
  const { db } = file;
  const headBefore = file.head;
  const scn = allocator.scn();
  if (!single) db.exec("SAVEPOINT _helios_member");
  try {
    const { result, stored } = commitMember(file, allocator, plan, scn);
    if (!db.inTransaction) throw new GroupLost("the statement ended the transaction");
    if (!single) db.exec("RELEASE _helios_member");
    outcomes[index] = { ok: true, result };
    pending.push({ index, stored });
  } catch (error) {
    allocator.unused(scn);
    if (single || !db.inTransaction || error instanceof GroupLost) throw error;
    db.exec("ROLLBACK TO _helios_member");
    db.exec("RELEASE _helios_member");
    file.capture.revert(tablesByUid(file, plan.touched));
    file.head = headBefore;
    outcomes[index] = failed(error);
  }
}

function commitMember(
  file: BranchFile,
  allocator: Allocator,
  plan: PlannedWrite,
  scn: number,
): { result: AnyResult; stored: StoredRequest | null } {
  file.capture.begin(scn);
  const before = file.totalChanges();
  const epochBefore = file.epoch;
  const statements: string[] = [];
  const size = new ResultSize(file.maxAnswerBytes);
  const own = size.count(() => plan.run(scn, statements));
  file.resultBytes += size.bytes;
  if (file.epoch.scn !== epochBefore.scn) continueTables(file, scn, epochBefore, plan.touched);
  // Before it is asked for changes: where a row was ignored, nothing may be left of it.
  const changes = finishChanges(file, scn, epochBefore, plan.touched);
  const changed = file.totalChanges() !== before || file.epoch.scn !== epochBefore.scn;
  if (!changed) {
    allocator.unused(scn);
    return { result: withCommit(own, file.head, false), stored: null };
  }
  const commit: Commit = { scn, ts: allocator.time(), branch: file.internal, kind: plan.isDdl ? "ddl" : "write" };
  file.commits.add({
    ...commit,
    author: plan.context.author,
    message: plan.context.message ?? null,
    statements,
    tables: changes,
  });
  file.head = commit;
  const result = withCommit(own, commit, true);
  return { result, stored: file.requests.store(plan.context, scn, result) };
}

function withCommit(own: object, commit: Commit, changed: boolean): AnyResult {
  return { ...own, scn: commit.scn, timestamp: commit.ts, changed } as unknown as AnyResult;
}

function failed(error: unknown): { ok: false; error: WireError } {
  return { ok: false, error: toHeliosError(error).toWire() };
}
