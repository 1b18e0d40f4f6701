import { type BranchRef, CHANGE_OPERATIONS, type ChangesPort } from "@heliosdb/port";
import { methodsOf, type Runner } from "./database.js";

type Listener = (branches: readonly BranchRef[]) => void;

/** The events of one database, read in reader processes after requests that changed something. */
export class HostedChanges {
  private readonly listeners = new Set<Listener>();
  readonly port: ChangesPort;

  constructor(runner: Pick<Runner, "read" | "write" | "maxRows">) {
    this.port = {
      ...methodsOf(CHANGE_OPERATIONS, runner),
      watch: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
    };
  }

  /** Notifies listeners that something may have changed on these branches. */
  tell(branches: readonly BranchRef[]): void {
    for (const listener of this.listeners) listener(branches);
  }
}
