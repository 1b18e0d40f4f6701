import { outcomeUnknown } from "../errors/errors.js";
import type { WriterCommand } from "./protocol.js";
import { isRecord, type WriteTask } from "./task.js";

/** How long the outcome is looked for before it is called unknown. */
const PATIENCE_MS = 15_000;

/**
 * What became of an operation under which a writer process ended: its result if it was committed, null if it left no
 * effect. `ask` asks the writer that has taken the place of the one that ended. Throws outcomeUnknown where even that
 * cannot be found out.
 */
export async function findOutcome(
  task: WriteTask,
  ask: (command: WriterCommand) => Promise<unknown>,
): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(outcomeUnknown()), PATIENCE_MS);
  });
  try {
    return await Promise.race([ask(questionOf(task)), patience]);
  } catch {
    throw outcomeUnknown();
  } finally {
    clearTimeout(timer);
  }
}

function questionOf({ operation }: WriteTask): WriterCommand {
  if (isRecord(operation)) return { do: "outcome", branch: null, requestId: operation.requestId! };
  const branch = operation.op === "merge" ? operation.request.target : operation.request.branch;
  return { do: "outcome", branch, requestId: operation.request.requestId! };
}
