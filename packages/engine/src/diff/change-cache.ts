import { Lru } from "../util/lru.js";
import type { TableChanges } from "./table-changes.js";

/** Number of cached differences between two states, and of keys in all of them. */
const KEPT = 8;
const MOST_KEYS = 500_000;

type Known = Map<string, TableChanges>;

/**
 * The differences found for the first page, cached for the pages that follow. States never change, so they stay valid.
 * The newest stays however large it is: otherwise each of its pages would cost as much as all of it.
 */
export class ChangeCache {
  private readonly known = new Lru<string, Known>(KEPT);

  /** By table. */
  of(views: string, part: string, find: () => TableChanges): TableChanges {
    const tables = this.known.getOr(views, () => new Map());
    const known = tables.get(part);
    if (known) return known;
    const found = find();
    tables.set(part, found);
    this.trim(views);
    return found;
  }

  private trim(newest: string): void {
    const sizes = new Map(this.known.keys().map((views) => [views, sizeOf(this.known.get(views)!)]));
    let held = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const [views, size] of sizes) {
      if (held <= MOST_KEYS || views === newest) return;
      this.known.delete(views);
      held -= size;
    }
  }
}

function sizeOf(tables: Known): number {
  return [...tables.values()].reduce((sum, { keys, keyless }) => sum + keys.length + keyless.length, 0);
}
