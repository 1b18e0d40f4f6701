import type { CloneJob, ImportJob } from "@heliosdb/engine";
import { shareLock } from "../lock/folder-lock.js";
import { failure } from "../process/worker-errors.js";
import { connectToParent, workerArguments } from "../process/worker-side.js";
import type { HelperRequest } from "./protocol.js";

export interface CloneEngine {
  copyFiles(job: CloneJob): void;
  finishFile(job: CloneJob): void;
  adoptFile(job: ImportJob): void;
}

/** Runs a clone helper process until its parent ends it. */
export function serveHelper(engine: CloneEngine): void {
  const lock = shareLock(workerArguments().lockFile);
  const channel = connectToParent(
    (frame) => {
      const { id, step, job } = frame as HelperRequest;
      try {
        if (step === "adoptFile") engine.adoptFile(job as ImportJob);
        else engine[step](job as CloneJob);
        channel.send({ id, done: true });
      } catch (error) {
        channel.send({ id, ...failure(error) });
      }
    },
    () => lock.release(),
  );
}
