import type { MergeConflict } from "@heliosdb/port";

/** Suffix for the name of a dropped object if another has that name. */
export const DROPPED = " (dropped)";

/** Thrown to end a merge with a conflict that no strategy can resolve. */
export class SchemaConflict extends Error {
  readonly conflict: MergeConflict;

  constructor(name: string, message: string) {
    super(`${name}: ${reasonOf(message)}`);
    this.conflict = {
      table: name,
      rowId: null,
      column: null,
      type: "schema",
      base: null,
      source: null,
      target: null,
      resolution: null,
      resolved: null,
      decidedBy: null,
      message: this.message,
    };
  }
}

/** Makes a change to the schema. If SQLite refuses it, that is a conflict over `name`. */
export function attempt(name: string, change: () => void): void {
  try {
    change();
  } catch (error) {
    throw new SchemaConflict(name, error instanceof Error ? error.message : String(error));
  }
}

/** SQLite's message without its guess at an intended name, and with the name that a dropped column had. */
function reasonOf(message: string): string {
  return message.replace(/ - should this be a string literal in single-quotes\?$/, "").replaceAll(DROPPED, "");
}
