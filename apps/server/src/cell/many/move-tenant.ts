import { setTimeout as wait } from "node:timers/promises";
import { Connections, type Move, Moves, namesOfCells } from "@heliosdb/cell";
import { DEFAULT_TENANT } from "../../access/well-known.js";

const LOOK_MS = 500;

/** What the command was asked for. */
export interface WantedMove {
  readonly storeUrls: readonly string[];
  readonly tenant: string;
  readonly target: string;
}

/**
 * Has a tenant moved, and waits until that is done. Whoever ends it meanwhile ends only the waiting. Throws where the move
 * can't be, or has failed; the tenant is served where it was then.
 * @param say is told of each step
 */
export async function moveTenant(
  { storeUrls, tenant, target }: WantedMove,
  say: (line: string) => void,
): Promise<void> {
  if (tenant === DEFAULT_TENANT) {
    throw new Error(`Each cell has a tenant '${DEFAULT_TENANT}' of its own, which can't be moved.`);
  }
  const connections = new Connections(storeUrls, 1);
  try {
    const moves = new Moves(connections);
    const cells = await namesOfCells(storeUrls);
    if (!cells.includes(target)) {
      throw new Error(`The store has no cell '${target}'. Expected one of ${cells.join(", ") || "none"}.`);
    }
    const place = await moves.cellOf(tenant);
    if (place === null) throw new Error(`No cell of the store has a tenant '${tenant}'.`);
    if (place === target) throw new Error(`The tenant '${tenant}' is in the cell '${target}' already.`);
    if (!(await moves.ask(tenant, target))) throw new Error(`The tenant '${tenant}' is being moved already.`);
    say(`moving ${tenant} from the cell ${place} to ${target}`);
    await watch(moves, tenant, say);
    say(`moved: the cell ${target} serves ${tenant}`);
  } finally {
    await connections.close();
  }
}

async function watch(moves: Moves, tenant: string, say: (line: string) => void): Promise<void> {
  for (let last = ""; ; await wait(LOOK_MS)) {
    const move = await moves.find(tenant);
    if (move === null) return;
    if (move.state === "failed") {
      await moves.dismiss(move);
      throw new Error(`The tenant '${tenant}' was not moved: ${move.problem}.`);
    }
    const line = lineOf(move);
    if (line !== last) say(line);
    last = line;
  }
}

function lineOf({ state, source, target, behind }: Move): string {
  if (state === "asked") return `waiting for the active node of ${source}`;
  if (state === "accepted") return behind === null ? `${target} copies` : `${target} copies, ${behind} entries behind`;
  if (state === "ready") return `${source} ends what is under way`;
  return `${target} begins`;
}
