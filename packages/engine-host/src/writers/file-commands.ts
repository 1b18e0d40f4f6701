import { type CloneJob, type ImportJob, UNFINISHED } from "@heliosdb/engine";
import type { BranchInfo, ExportRequest, ImportRequest } from "@heliosdb/port";
import type { CloneHelper } from "../clones/helper.js";
import type { OwnCommands } from "./own-commands.js";
import { toHeliosError } from "./to-helios-error.js";

/** Exports a state of an open database as a plain file. The caller removes it. */
export async function exportFile(
  commands: OwnCommands,
  request: ExportRequest,
): Promise<{ readonly path: string; readonly scn: number }> {
  try {
    const job = (await commands.insist({ do: "prepareExport", request })) as CloneJob;
    return { path: job.target.slice(0, -UNFINISHED.length), scn: job.scn };
  } catch (error) {
    throw toHeliosError(error);
  }
}

/** Makes a branch of an open database from a file, which is moved. */
export async function importFile(
  commands: OwnCommands,
  helper: CloneHelper,
  request: ImportRequest,
  path: string,
): Promise<BranchInfo> {
  try {
    // If the file is based on a state, the job comes with a clone of that, which stays locked until it has been copied.
    let made: BranchInfo | undefined;
    const adopt = async (job: ImportJob) => {
      await helper.run("adoptFile", job);
      made = (await commands.ask({ do: "importBranch", job, request })) as BranchInfo;
    };
    const job = await commands.insist({ do: "prepareImport", request, path }, undefined, adopt);
    if (made === undefined) await adopt(job as ImportJob);
    return made!;
  } catch (error) {
    throw toHeliosError(error);
  }
}
