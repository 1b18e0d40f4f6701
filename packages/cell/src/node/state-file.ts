import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeDurably } from "@heliosdb/journal";

/** What the data folder of a node is worth. */
export type NodeState =
  /**
   * Each database's folder has come as far as its position says; `isAtRest`: and no entry is in it by half. `boot` is the
   * last process that the store knows by this node's name.
   */
  | { readonly cell: string; readonly role: "standby"; readonly isAtRest?: true; readonly boot?: string }
  /** It has databases that no log has, and the process `boot` wants to begin the cell with them. */
  | { readonly cell: string; readonly role: "founder"; readonly boot: string }
  /** The databases were opened in this epoch, or in the one that the process `boot` has claimed. */
  | { readonly cell: string; readonly role: "active"; readonly epoch: number; readonly boot: string };

const ROLES: readonly string[] = ["standby", "founder", "active"] satisfies NodeState["role"][];

/** The state file of a node's data folder. */
export function stateFileOf(dataDir: string): string {
  return join(dataDir, "cell.json");
}

/** Null for a folder that no node has used. Throws if the file is no state. */
export function readState(file: string): NodeState | null {
  if (!existsSync(file)) return null;
  const text = readFileSync(file, "utf8");
  try {
    const state = JSON.parse(text) as NodeState;
    if (typeof state.cell === "string" && ROLES.includes(state.role)) return state;
  } catch {
    // Every kind of damage gets the same message below.
  }
  throw new Error(`${file} is damaged. Move the data folder away: the node makes a new one from the store.`);
}

/** Durable when it returns: the one before, or this one, is there after a power cut. */
export function writeState(file: string, state: NodeState): void {
  writeDurably(file, `${JSON.stringify(state)}\n`);
}
