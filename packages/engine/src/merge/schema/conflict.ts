import type { MergeConflict } from "@heliosdb/port";

/** Thrown to end a merge that no strategy can resolve. */
export class SchemaConflict extends Error {
  readonly conflict: MergeConflict;

  constructor(name: string, message: string) {
    super(`${name}: ${message}`);
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
      message: this.message,
    };
  }
}

/** Makes a change to the schema; what SQLite says against it is a conflict over `name`. */
export function attempt(name: string, change: () => void): void {
  try {
    change();
  } catch (error) {
    throw new SchemaConflict(name, error instanceof Error ? error.message : String(error));
  }
}
