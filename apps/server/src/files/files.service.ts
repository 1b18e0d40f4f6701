import {
  type BranchInfo,
  type CommitInfo,
  type DatabasePort,
  type ExportedFile,
  type ExportRequest,
  HeliosError,
  type ImportRequest,
  type ResolveRequest,
} from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Caller } from "../auth/caller.js";
import { branchName } from "../branches/branch-name.js";
import { replaceBranch } from "./branch-replacement.js";

export interface NamedFile extends ExportedFile {
  readonly name: string;
}

/** A file that is being received, never in memory as a whole. */
export interface IncomingFile {
  /** Its bytes, once. Throws if it could not be received completely. */
  bytes(): AsyncIterable<Uint8Array>;
}

/** With `from`, the file is a changed copy of that state. */
export interface ImportedBranch extends Omit<ImportRequest, "author" | "from"> {
  readonly from?: ResolveRequest;
}

@Injectable()
export class FilesService {
  async export({ database }: Caller, request: ExportRequest): Promise<NamedFile> {
    const branch = await branchName(database, request.branch);
    const file = await database.exportFile(request);
    return { ...file, name: `${branch}-${file.scn}.sqlite3` };
  }

  async import({ database, identity }: Caller, request: ImportedBranch, file: IncomingFile): Promise<BranchInfo> {
    // Checked before the file is received, which may take long.
    await refuseTaken(database, request.name);
    if (request.from) await database.resolve(request.from);
    return database.importFile({ ...request, author: identity.userId }, file.bytes());
  }

  /** Makes a branch what a file holds, by one commit. */
  replace(
    { database, identity }: Caller,
    branch: string,
    message: string,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<CommitInfo> {
    return replaceBranch(database, { branch, author: identity.userId, message }, bytes);
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
