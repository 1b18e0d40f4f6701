import type { ControlOperation, WriteOperation } from "@heliosdb/engine";
import { outcomeUnknown } from "../errors/errors.js";
import type { WriterCommand } from "./protocol.js";

/** How long the outcome is looked for before it counts as unknown. */
const PATIENCE_MS = 15_000;

/**
 * The outcome of an operation during which a writer process ended: its result if it was committed, null if it had no
 * effect. `ask` asks the writer that has replaced the dead one. Throws outcomeUnknown if not even that can be
 * determined.
 */
export async function findOutcome(
  operation: WriteOperation | ControlOperation,
  ask: (command: WriterCommand) => Promise<unknown>,
): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(outcomeUnknown()), PATIENCE_MS);
  });
  try {
    return await Promise.race([ask({ do: "outcome", operation }), patience]);
  } catch {
    throw outcomeUnknown();
  } finally {
    clearTimeout(timer);
  }
}
