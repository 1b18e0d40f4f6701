import { type BranchInfo, type BranchRef, type DeleteBranch, HeliosError } from "@heliosdb/port";
import type { Transaction } from "./transaction.js";

export interface DeletionTools {
  readonly listBranches: () => Promise<readonly BranchInfo[]>;
  /** The transactions that are open on the branch with this id. */
  readonly openOn: (id: string) => readonly Transaction[];
}

/** How often those are rolled back that have begun during the rollback of others. */
const MOST_TRIES = 5;

/**
 * Calls `submit`, which deletes a branch, if no transaction is open on it. With `force`, those that are open are rolled
 * back; otherwise, rejects with BRANCH_BUSY.
 */
export async function deleteFreeBranch<T>(
  { branch, force = false }: DeleteBranch,
  tools: DeletionTools,
  submit: () => Promise<T>,
): Promise<T> {
  const id = idOfDeletable(await tools.listBranches(), branch);
  for (let tries = 1; id !== null; tries++) {
    const open = tools.openOn(id);
    if (open.length === 0) break;
    if (!force || tries > MOST_TRIES) throw inUse(branch, open.length);
    await Promise.allSettled(open.map((transaction) => transaction.rollBack()));
  }
  // At once: a transaction that begins from now on has its turn after the deletion.
  return submit();
}

/** Null where the deletion is refused for another reason: nobody's transaction is rolled back for it. */
function idOfDeletable(all: readonly BranchInfo[], ref: BranchRef): string | null {
  const found = all.find(({ id, name }) => id === ref || name === ref);
  if (!found || found.isProtected || found.isDefault) return null;
  return all.some(({ parent }) => parent?.id === found.id) ? null : found.id;
}

function inUse(branch: BranchRef, open: number): HeliosError {
  const some = open === 1 ? "a transaction is" : `${open} transactions are`;
  return new HeliosError(
    "BRANCH_BUSY",
    `Branch '${branch}' can't be deleted: ${some} open on it. End them first, or delete it with 'force', which rolls ` +
      "them back.",
  );
}
