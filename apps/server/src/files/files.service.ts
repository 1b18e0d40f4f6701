import { type FileHandle, open, rm } from "node:fs/promises";
import { type BranchInfo, type DatabasePort, HeliosError } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { branchName } from "../branches/branch-name.js";
import type { Call } from "../edge/call.js";
import { pointOfUrl } from "../values/point.js";
import type * as operations from "./files.operations.js";

/** An exported file, open for reading and gone from its folder already: nothing can leave it behind. */
export interface OpenedFile {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
  readonly scn: number;
  readonly name: string;
}

@Injectable()
export class FilesService {
  async export({ database, params, query }: Call<typeof operations.exportFile>): Promise<OpenedFile> {
    const branch = await branchName(database, params.branch);
    const file = await database.exportFile({ branch: params.branch, at: pointOfUrl(query) });
    try {
      const handle = await open(file.path, "r");
      return { handle, sizeBytes: file.sizeBytes, scn: file.scn, name: `${branch}-${file.scn}.sqlite3` };
    } finally {
      await rm(file.path, { force: true });
    }
  }

  async import({ database, params, query, body, identity }: Call<typeof operations.importFile>): Promise<BranchInfo> {
    // Before the file is received, which may take long.
    await refuseTaken(database, params.branch);
    const path = await database.importPath();
    try {
      await body.saveTo(path);
      return await database.importFile({
        name: params.branch,
        path,
        displayName: query.display_name,
        expiresAt: query.expires_at,
        message: query.message,
        author: identity.userId,
      });
    } finally {
      // An imported file has been moved away.
      await rm(path, { force: true });
    }
  }
}

async function refuseTaken(database: DatabasePort, name: string): Promise<void> {
  try {
    await database.getBranch({ branch: name });
  } catch (error) {
    if (error instanceof HeliosError && error.code === "BRANCH_NOT_FOUND") return;
    throw error;
  }
  throw new HeliosError("BRANCH_EXISTS", `Branch '${name}' already exists`);
}
