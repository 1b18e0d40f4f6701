import type { CreateBranch } from "../resources/branch-settings.js";
import { NotFoundError } from "../transport/errors.js";
import { randomText } from "../transport/random-text.js";
import { BranchHandle } from "./branch-handle.js";
import type { Resources } from "./resources.js";

const HOUR_MS = 3_600_000;

/** A branch for the time of one call: `create`'s request, with a name that is made up if there is none. */
export interface TemporaryBranch extends Omit<CreateBranch, "name" | "idempotencyKey" | "idempotencyAfter"> {
  /** Default `temp-` and 16 random characters. */
  readonly name?: string;
}

/** @internal */
export async function withBranch<T>(
  resources: Resources,
  request: TemporaryBranch,
  use: (branch: BranchHandle) => Promise<T>,
): Promise<T> {
  const { id } = await resources.branches.create({
    expiresAt: new Date(Date.now() + HOUR_MS),
    ...request,
    name: request.name ?? `temp-${randomText().slice(0, 16)}`,
  });
  // By its id: whatever it is renamed to, it is the one that is deleted.
  const branch = new BranchHandle(resources, id);
  let result: T;
  try {
    result = await use(branch);
  } catch (error) {
    // The error to hear of is that of the work.
    await branch.delete().catch(() => {});
    throw error;
  }
  await branch.delete().catch((error) => {
    // Deleted by the work itself, as a merge can do.
    if (!(error instanceof NotFoundError)) throw error;
  });
  return result;
}
