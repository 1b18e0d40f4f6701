import type { HeliosDBClient } from "@heliosdb/client";
import { UsageError } from "../../errors/exit-codes.js";
import type { ImportState } from "./import-state.js";
import { passedRows } from "./sink.js";

/**
 * Brings the state of an interrupted import up to what the branch's history says, where each commit names its rows.
 * That holds for as long as the history is kept; a request that is still under way is caught by its key.
 */
export async function catchUp(client: HeliosDBClient, branch: string, state: ImportState): Promise<void> {
  const { scn, rows, sending } = state.progress;
  let [passed, newest]: [number, number | null] = [rows, null];
  let isThere = scn === null;
  for await (const entry of client.branches.commits(branch, { limit: 1000 })) {
    if (entry.scn <= (scn ?? state.base)) {
      isThere ||= entry.scn === scn;
      break;
    }
    const to = passedRows(entry.message, state.id);
    if (to !== null && to > passed) [passed, newest] = [to, entry.scn];
  }
  if (!isThere) throw new UsageError(GONE);
  if (newest === null) return;
  const digest = sending.find((one) => one.rows === passed)?.digest ?? null;
  const { imported } = state.progress;
  state.pass({ rows: passed, digest, imported: imported + passed - rows, scn: newest });
}

const GONE =
  "The commit of the rows that were imported last is no longer in the history of the branch: the branch was reset, or " +
  "retention removed it. So it can't be known which rows are there. Look at the table, then use --restart.";
