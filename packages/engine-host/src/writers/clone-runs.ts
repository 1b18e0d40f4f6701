import type { CloneJob } from "@heliosdb/engine";
import type { CloneHelper } from "../clones/helper.js";
import type { BranchIds } from "./branch-ids.js";
import { WriterLost } from "./command.js";
import type { WriterCommand } from "./protocol.js";

interface CloneRun {
  readonly job: CloneJob;
  readonly helper: CloneHelper;
  /** The branches named by the operation that needs the clone: writes to them wait. */
  readonly branches: readonly string[];
  /** The source is locked: the writer is inside a transaction for it. */
  copying: boolean;
  /** The writer that made the job is gone, and the job with it. */
  abandoned: boolean;
  ended: Promise<unknown>;
}

/** The clones in progress in one database, from the writer's CloneJob to its `finish`. */
export class CloneRuns {
  private readonly runs = new Set<CloneRun>();

  constructor(
    private readonly helperFor: (job: CloneJob) => CloneHelper,
    private readonly ids: BranchIds,
    private readonly ask: (command: WriterCommand) => Promise<unknown>,
    /** Called when other operations may run. */
    private readonly changed: () => void,
  ) {}

  get size(): number {
    return this.runs.size;
  }

  /** True while a source file is locked, so that no other clone can begin. */
  get copying(): boolean {
    for (const run of this.runs) if (run.copying) return true;
    return false;
  }

  /**
   * Whether an operation must wait. `writtenFile` says that it only writes to one branch, which has a file. Only such
   * operations can run while a source is locked, since others may need the source or begin a clone themselves.
   */
  blocks(branches: readonly string[], writtenFile: boolean): boolean {
    if (this.runs.size === 0) return false;
    const ids = branches.map((branch) => this.ids.get(branch));
    if (ids.includes(undefined)) return true;
    for (const run of this.runs) {
      if (run.copying && (!writtenFile || ids[0] === run.job.locks)) return true;
      for (const branch of run.branches) {
        const id = this.ids.get(branch);
        if (id === undefined || ids.includes(id)) return true;
      }
    }
    return false;
  }

  /**
   * Runs a job to its end, by `complete` if more is to be done with the clone. Rejects with HelperLost, WriterLost or
   * the error of a step.
   */
  async run(job: CloneJob, branches: readonly string[], complete?: () => Promise<unknown>): Promise<void> {
    const run: CloneRun = {
      job,
      helper: this.helperFor(job),
      branches,
      copying: true,
      abandoned: false,
      ended: Promise.resolve(),
    };
    this.runs.add(run);
    run.ended = this.steps(run, complete);
    try {
      await run.ended;
    } finally {
      this.runs.delete(run);
      if (this.runs.size === 0) this.ids.clear();
      this.changed();
    }
  }

  /** The writer process is gone. Its jobs mean nothing to the next one, which removes the files that they left. */
  abandon(): void {
    for (const run of this.runs) {
      run.abandoned = true;
      run.helper.drop(run.job);
    }
  }

  /** Cancels every clone, and resolves when none is left. */
  async cancel(): Promise<void> {
    const runs = [...this.runs];
    for (const run of runs) run.helper.drop(run.job);
    await Promise.allSettled(runs.map(({ ended }) => ended));
  }

  private async steps(run: CloneRun, complete?: () => Promise<unknown>): Promise<void> {
    const { job } = run;
    const lost = () => new WriterLost("the writer that began the clone ended");
    const tell = async (step: "copied" | "finish" | "abort") => {
      if (run.abandoned) throw lost();
      await this.ask({ do: step, job });
    };
    try {
      await run.helper.run("copyFiles", job);
      await tell("copied");
      run.copying = false;
      this.changed();
      await run.helper.run("finishFile", job);
      if (!complete) await tell("finish");
      else if (run.abandoned) throw lost();
      else await complete();
    } catch (error) {
      if (run.abandoned || error instanceof WriterLost) throw lost();
      // If even that fails, the process ends, or the next opening of the database cleans up.
      await tell("abort").catch(() => {});
      throw error;
    }
  }
}
