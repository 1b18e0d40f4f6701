import { expect, it } from "vitest";
import { Allocator } from "../../src/meta/allocator.js";
import type { MetaDb } from "../../src/meta/meta-db.js";

/** A record on a disk that can be full. */
function recordOn(disk: { isFull: boolean }) {
  const kept = new Map<string, number>();
  const meta = {
    get: (name: string) => kept.get(name) ?? null,
    set: (name: string, value: number) => {
      if (disk.isFull) throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
      kept.set(name, value);
    },
  };
  return { kept, meta: meta as unknown as MetaDb };
}

it("gives out nothing that could not be reserved, also when it is asked again", () => {
  const disk = { isFull: false };
  const { kept, meta } = recordOn(disk);
  let offsetMs = 0;
  let allocator = new Allocator(meta, offsetMs);
  const use = () => {
    const [scn, time] = [allocator.scn(), allocator.time()];
    // What a commit carries is below what the record says, or the next opening refuses the database.
    expect(scn).toBeLessThan(kept.get("scn_ceiling")!);
    expect(time).toBeLessThan(kept.get("time_ceiling")!);
    return [scn, time] as const;
  };
  const first = use();
  disk.isFull = true;
  // An hour later nothing of what was reserved is left.
  offsetMs = 3_600_000;
  allocator = new Allocator(meta, offsetMs);
  for (let times = 0; times < 3; times++) {
    expect(() => allocator.scn()).toThrow("full");
    expect(() => allocator.time()).toThrow("full");
  }
  disk.isFull = false;
  const second = use();
  expect(second[0]).toBeGreaterThan(first[0]);
  expect(second[1]).toBeGreaterThan(first[1]);
});
