import { type FileHandle, open, rm } from "node:fs/promises";
import {
  type BranchInfo,
  type DatabasePort,
  type ExportRequest,
  HeliosError,
  type ImportRequest,
  type ResolveRequest,
} from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Caller } from "../auth/caller.js";
import { branchName } from "../branches/branch-name.js";

/** An exported file, open for reading and gone from its folder already: nothing can leave it behind. */
export interface OpenedFile {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
  readonly scn: number;
  readonly name: string;
}

/** A file that is being received, never held in memory. */
export interface IncomingFile {
  /** Writes it to a new file. Of one that could not be received whole nothing stays. */
  saveTo(path: string): Promise<void>;
}

/** With `from`, the file is a changed copy of that state. */
export interface ImportedBranch extends Omit<ImportRequest, "path" | "author" | "from"> {
  readonly from?: ResolveRequest;
}

@Injectable()
export class FilesService {
  async export({ database }: Caller, request: ExportRequest): Promise<OpenedFile> {
    const branch = await branchName(database, request.branch);
    const file = await database.exportFile(request);
    try {
      const handle = await open(file.path, "r");
      return { handle, sizeBytes: file.sizeBytes, scn: file.scn, name: `${branch}-${file.scn}.sqlite3` };
    } finally {
      await rm(file.path, { force: true });
    }
  }

  async import({ database, identity }: Caller, request: ImportedBranch, file: IncomingFile): Promise<BranchInfo> {
    // Before the file is received, which may take long.
    await refuseTaken(database, request.name);
    if (request.from) await database.resolve(request.from);
    const path = await database.importPath();
    try {
      await file.saveTo(path);
      return await database.importFile({ ...request, path, author: identity.userId });
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
