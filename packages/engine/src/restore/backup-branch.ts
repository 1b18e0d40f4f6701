import type { BranchInfo } from "@heliosdb/port";
import { createBranch } from "../control/branch-life.js";
import type { WriterContext } from "../control/context.js";

/** Marks a branch in meta.db that keeps the state before a restore in progress. */
const PREFIX = "backup ";

/** Makes the branch that keeps the state before a restore. Run it in a transaction of meta.db. */
export function makeBackup(context: WriterContext, name: string, parent: string): BranchInfo {
  const backup = createBranch(context, { name, parent });
  context.meta.set(PREFIX + backup.id, 1);
  return backup;
}

/** Removes a backup, because nothing was restored. Run it in a transaction of meta.db. */
export function dropBackup({ meta }: WriterContext, id: string): void {
  meta.removeBranch(id);
  meta.unset(PREFIX + id);
}

/** The restore is done, so its backup becomes a branch like any other. Run it in a transaction of meta.db. */
export function keepBackup({ meta }: WriterContext, id: string): void {
  meta.unset(PREFIX + id);
}

/** Whether some restore was begun whose backup has not been settled. */
export function hasBackupsToSettle({ meta }: WriterContext): boolean {
  return meta.names(PREFIX).length > 0;
}

/**
 * Removes the backups of restores that a crash interrupted: if the file that they fork from has no newer commit,
 * nothing was restored. Run it in a transaction of meta.db, when the database is opened and before anything is written.
 */
export function settleBackups(context: WriterContext): void {
  const { meta } = context;
  for (const name of meta.names(PREFIX)) {
    const id = name.slice(PREFIX.length);
    if (isInVain(context, id)) dropBackup(context, id);
    else keepBackup(context, id);
  }
}

function isInVain({ branches, views }: WriterContext, id: string): boolean {
  const backup = branches.byIdOrNull(id);
  if (backup === null || backup.deletedAt !== null || branches.children(backup).length > 0) return false;
  const { materialised, origin, fork } = branches.current(backup);
  if (materialised || origin === null || !branches.files().includes(origin)) return false;
  const file = views.head(origin);
  return file.read(() => file.scn) === fork;
}
