import type { Retention } from "@heliosdb/port";
import type { CloneJob } from "../api/api.js";

/** The parts of the writer that maintenance needs besides the context. */
export interface MaintenanceTools {
  /** Runs a change to meta.db, completely or not at all. */
  record<T>(change: () => T): T;
  isOpen(file: string): boolean;
  /** A transaction is open in it. */
  isHeld(file: string): boolean;
  /** Closes a branch file; it is opened again when needed. */
  close(file: string): void;
  /** Begins to make a file for a state of a timeline. */
  fileState(timeline: string, file: string, scn: number): CloneJob;
  retention(): Retention;
}
