import type { Config } from "../../config/options.js";
import type { CommandResult } from "./result.js";

/** Has the active node leave the cell to a standby. */
export async function leaveToStandby(
  { storeUrls: urls, cell, leaseMs }: Config,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { stepDown } = await import("@heliosdb/cell");
  const { from, to } = await stepDown({
    ...{ urls, cell, leaseMs, signal },
    onAsked: (node) => console.log(`${node} was asked to leave the cell ${cell}`),
  });
  return { lines: [`${to} has taken the cell ${cell} from ${from}`], isWell: true };
}
