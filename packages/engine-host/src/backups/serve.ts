import type { CopiedFiles, HeldFiles } from "@heliosdb/engine";
import { HeliosError } from "@heliosdb/port";
import { failure } from "../process/worker-errors.js";
import { connectToParent } from "../process/worker-side.js";
import type { BackupRequest, BackupResponse } from "./protocol.js";

/** Runs a backup process until its parent ends it. */
export function serveBackup(held: HeldFiles): void {
  const channel = connectToParent(
    (frame) =>
      void run(frame as BackupRequest).then(
        (result) => channel.send({ result } satisfies BackupResponse),
        (error) => channel.send(failure(explained(error))),
      ),
    () => held.release(),
  );

  const run = async (request: BackupRequest): Promise<CopiedFiles | null> => {
    if ("copy" in request) return held.copy();
    if (request.hold === "file") held.hold(request.source, request.target);
    else held.holdDatabase(request.source, request.target);
    return null;
  };
}

/** An operator needs to know if the disk makes a backup fail. */
function explained(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (error instanceof HeliosError || typeof code !== "string") return error;
  return new HeliosError(
    "STORAGE_UNAVAILABLE",
    `The backup can't be made: the disk or SQLite reports ${code}. Check the disk, then try again.`,
  );
}
