import type { MergeResolution } from "@heliosdb/port";
import { sameName } from "../../sql/names.js";
import type { DisputedKeys } from "./disputed-keys.js";
import { TableResolutions } from "./table-resolutions.js";
import { wrong } from "./wrong-resolution.js";

/** The caller's resolutions for a merge. Each must name a conflict: one that doesn't is probably a mistake. */
export class Resolutions {
  private readonly used = new Set<MergeResolution>();

  constructor(private readonly given: readonly MergeResolution[]) {
    for (const each of given) check(each);
  }

  /** Those for rows of a table; null if there are none. `keys` are of the rows in conflict. */
  rows(table: string, keys: () => DisputedKeys): TableResolutions | null {
    const own = this.given.filter((each) => each.key !== undefined && sameName(each.table, table));
    return own.length === 0 ? null : new TableResolutions(own, keys(), this.used);
  }

  /** The resolution of a schema conflict, by the object's name. */
  schema(name: string): "source" | "target" | null {
    const found = this.given.find((each) => each.key === undefined && sameName(each.table, name));
    if (!found) return null;
    this.used.add(found);
    return found.use as "source" | "target";
  }

  /** Throws INVALID_MERGE if a resolution named no conflict. */
  checkAllUsed(): void {
    const unused = this.given.find((each) => !this.used.has(each));
    if (unused) throw wrong(unused, "doesn't name a conflict of this merge", "INVALID_MERGE");
  }
}

function check(each: MergeResolution): void {
  if (each.use === "value" && each.value === undefined) throw wrong(each, 'has "use": "value" but no value');
  if (each.use !== "value" && each.value !== undefined) throw wrong(each, `has a value but "use": "${each.use}"`);
  if (each.key === undefined && each.use === "value") {
    throw wrong(each, 'is for a conflict about the schema. Expected "use": "source" or "target"');
  }
  if (each.key === undefined && each.column !== undefined) throw wrong(each, "names a column but no key");
}
