import type { BranchInfo } from "@heliosdb/port";
import { HeliosError } from "@heliosdb/port";
import { outcomeUnknown } from "../errors.js";
import type { WriterCommand } from "./protocol.js";
import type { WriteTask } from "./task.js";

export interface TruthSources {
  /** Asks the writer that has taken the place of the one that ended. */
  ask(command: WriterCommand): Promise<unknown>;
  /** Rejects with BRANCH_NOT_FOUND. */
  getBranch(branch: string): Promise<BranchInfo>;
  readonly clockOffsetMs: number;
}

/** How long the outcome is looked for before it is called unknown. */
const PATIENCE_MS = 15_000;

/**
 * What became of an operation under which a writer process ended: its result if it was committed, null if it left no
 * effect. Throws outcomeUnknown where even that cannot be found out.
 */
export async function findTruth(task: WriteTask, sources: TruthSources): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(outcomeUnknown()), PATIENCE_MS);
  });
  try {
    return await Promise.race([look(task, sources), patience]);
  } catch (error) {
    if (error instanceof HeliosError && error.code === "BRANCH_NOT_FOUND") return null;
    throw outcomeUnknown();
  } finally {
    clearTimeout(timer);
  }
}

async function look(task: WriteTask, { ask, getBranch, clockOffsetMs }: TruthSources): Promise<unknown> {
  const { operation } = task;
  switch (operation.op) {
    case "createBranch": {
      const found = await getBranch(operation.request.name);
      // Had it been there before, the first attempt would have been refused at once.
      return found.createdAt >= task.firstSentAt! + clockOffsetMs * 1000 ? found : null;
    }
    case "deleteBranch":
      return (await stillThere(operation.branch, getBranch)) ? null : { ...task.before!, state: "deleted" };
    case "merge": {
      const { target, source, deleteSource = false, requestId } = operation.request;
      const merged = await ask({ do: "outcome", branch: target, requestId: requestId! });
      if (merged === null) return null;
      return { ...(merged as object), sourceDeleted: deleteSource && !(await stillThere(source, getBranch)) };
    }
    default:
      return ask({ do: "outcome", branch: operation.request.branch, requestId: operation.request.requestId! });
  }
}

async function stillThere(branch: string, getBranch: TruthSources["getBranch"]): Promise<boolean> {
  try {
    return (await getBranch(branch)).state !== "deleted";
  } catch (error) {
    if (error instanceof HeliosError && error.code === "BRANCH_NOT_FOUND") return false;
    throw error;
  }
}
