/**
 * Steps at which the tests crash a process. The name of a step says what has been done when it is reached: `clone` is
 * any CloneJob, `record` any change to meta.db, `fork` a branch made from a snapshot's file.
 */
export const FAILPOINTS = [
  "create.made",
  "create.renamed",
  "write.before-commit",
  "write.committed",
  "transaction.before-commit",
  "transaction.committed",
  "clone.begun",
  "clone.copied",
  "clone.rewound",
  "clone.plain",
  "clone.finished",
  "clone.renamed",
  "clone.recorded",
  "merge.begun",
  "merge.schema",
  "merge.rows",
  "merge.before-commit",
  "merge.committed",
  "merge.recorded",
  "restore.snapshot",
  "restore.backup",
  "restore.rows",
  "restore.before-commit",
  "restore.committed",
  "record.before-commit",
  "record.committed",
  "fork.copied",
  "fork.renamed",
  "snapshot.unrecorded",
  "purge.recorded",
  "purge.removing",
  "discard.half",
  "prune.dropped-automatic",
  "prune.horizon",
  "prune.slice",
  "prune.records",
  "import.adopting",
  "import.adopted",
  "import.renamed",
] as const;

export type FailpointName = (typeof FAILPOINTS)[number];

/** "name", or "name:2" for the second time that it is reached. */
const [wanted, times = "1"] = (process.env.HELIOS_FAILPOINT ?? "").split(":");
let left = Number(times);

/** Kills the process at once if it was started with this step; otherwise does nothing. */
export function failpoint(name: FailpointName): void {
  if (name !== wanted || --left > 0) return;
  process.kill(process.pid, "SIGKILL");
  // The signal may take a while to arrive; nothing more may happen meanwhile.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
