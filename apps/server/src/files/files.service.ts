import { type FileHandle, open, rm } from "node:fs/promises";
import { type BranchInfo, type DatabasePort, HeliosError, type PointInTime, parsePoint } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { branchName } from "../branches/branch-name.js";
import type { Call } from "../http/context/request-context.js";
import type * as operations from "../surfaces/v1/routes/files/files.operations.js";
import { pointOfUrl } from "../surfaces/v1/schemas/point.js";

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
    const from = query.from === undefined ? undefined : originOf(query.from);
    if (from) await database.resolve(from);
    const path = await database.importPath();
    try {
      await body.saveTo(path);
      return await database.importFile({
        name: params.branch,
        path,
        from,
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

/**
 * Reads `BRANCH@POINT`. The moment must be said: what the branch has gained since the file was made would else look as if
 * the file had lost it.
 */
function originOf(text: string): { branch: string; at: PointInTime } {
  const [branch, point, ...rest] = text.split("@");
  if (!branch || !point || rest.length > 0) {
    throw new HeliosError(
      "INVALID_FIELD",
      `Invalid from "${text}". Expected BRANCH@POINT, such as main@scn:42: the X-Helios-Scn of the download is the number.`,
      { field: "from" },
    );
  }
  return { branch, at: parsePoint(point) };
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
