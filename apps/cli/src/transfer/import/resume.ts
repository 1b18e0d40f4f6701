import type { HeliosDBClient } from "@heliosdb/client";
import { UsageError } from "../../errors/exit-codes.js";
import type { ImportState, Sending } from "./import-state.js";
import { passedRows } from "./sink.js";

/**
 * Brings the state of an interrupted import up to what the branch's history says, where each commit names its rows.
 * That holds for as long as the history is kept; a request that is still under way is caught by its key.
 * @param leavesTrace whether each request that succeeds makes a commit
 */
export async function catchUp(
  client: HeliosDBClient,
  branch: string,
  state: ImportState,
  { leavesTrace }: { readonly leavesTrace: boolean },
): Promise<void> {
  const { scn, rows, sending } = state.progress;
  const found = new Map<number, number>();
  let isThere = scn === null;
  for await (const entry of client.branches.commits(branch, { limit: 1000 })) {
    if (entry.scn <= (scn ?? state.base)) {
      isThere ||= entry.scn === scn;
      break;
    }
    const to = passedRows(entry.message, state.id);
    if (to !== null) found.set(to, entry.scn);
  }
  if (!isThere) throw gone();
  const known = knownUpTo(sending, found);
  if (leavesTrace && [...found.keys()].some((to) => to > known)) throw gone();
  const passed = Math.max(rows, ...[...found.keys()].filter((to) => to <= known));
  if (passed === rows) return;
  const digest = sending.find((one) => one.rows === passed)?.digest ?? null;
  const { imported } = state.progress;
  state.pass({ rows: passed, digest, imported: imported + passed - rows, scn: found.get(passed)! });
}

/** Rows before the first request of which there is no commit: it may have changed nothing, or have been taken back. */
function knownUpTo(sending: readonly Sending[], found: ReadonlyMap<number, number>): number {
  return sending.find(({ rows }) => !found.has(rows))?.from ?? Number.POSITIVE_INFINITY;
}

/** Whether the history of a branch has a commit: a request that is repeated tells of its commit even after a reset. */
export async function isInHistory(client: HeliosDBClient, branch: string, scn: number): Promise<boolean> {
  for await (const entry of client.branches.commits(branch, { limit: 100 })) {
    if (entry.scn <= scn) return entry.scn === scn;
  }
  return false;
}

export function gone(): UsageError {
  return new UsageError(
    "The commit of the rows that were imported last is no longer in the history of the branch: the branch was reset, or " +
      "retention removed it. So it can't be known which rows are there. Look at the table, then use --restart.",
  );
}
