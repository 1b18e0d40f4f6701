import type {
  BranchChanges,
  BranchChangesRequest,
  BranchRef,
  ChangedBranches,
  ChangedBranchesRequest,
  ChangePosition,
  ChangesPort,
} from "@heliosdb/port";
import type { Runner } from "./database.js";

type Listener = (branches: readonly BranchRef[]) => void;

/** What happens in one database: read in reader processes, and asked for when a request has changed something. */
export class HostedChanges implements ChangesPort {
  private readonly listeners = new Set<Listener>();

  constructor(private readonly runner: Pick<Runner, "read" | "write">) {}

  head(): Promise<ChangePosition> {
    return this.runner.write({ op: "changesHead" }, undefined) as Promise<ChangePosition>;
  }

  before(scn: number): Promise<ChangePosition> {
    return this.runner.read({ op: "changesBefore", scn }, undefined) as Promise<ChangePosition>;
  }

  changedBranches(request: ChangedBranchesRequest): Promise<ChangedBranches> {
    return this.runner.read({ op: "changedBranches", request }, undefined) as Promise<ChangedBranches>;
  }

  changesOf(request: BranchChangesRequest): Promise<BranchChanges> {
    return this.runner.read({ op: "changesOf", request }, undefined) as Promise<BranchChanges>;
  }

  watch(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Something may have changed on these branches. */
  tell(branches: readonly BranchRef[]): void {
    for (const listener of this.listeners) listener(branches);
  }
}
