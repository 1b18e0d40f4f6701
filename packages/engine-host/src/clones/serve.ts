import type { CloneJob } from "@heliosdb/engine";
import { shareLock } from "../lock.js";
import { failure } from "../process/worker-errors.js";
import { connectToParent, workerArguments } from "../process/worker-side.js";
import type { HelperRequest } from "./protocol.js";

export interface CloneEngine {
  copyFiles(job: CloneJob): void;
  finishFile(job: CloneJob): void;
}

/** Runs a clone helper process to its end. */
export function serveHelper(engine: CloneEngine): void {
  const lock = shareLock(workerArguments().lockFile);
  const channel = connectToParent(
    (frame) => {
      const { id, step, job } = frame as HelperRequest;
      try {
        engine[step](job);
        channel.send({ id, done: true });
      } catch (error) {
        channel.send({ id, ...failure(error) });
      }
    },
    () => lock.release(),
  );
}
