import type { CellStatus } from "@heliosdb/cell";
import { expect, it } from "vitest";
import { problemsOf } from "../../dist/cell/status.js";

type Replica = CellStatus["store"]["replicas"][number];

const statusWith = (...replicas: readonly Replica[]): CellStatus => ({
  ...{ epoch: 1, isWhole: true, logs: 1, entries: 1, cells: [], moves: [] },
  active: { node: "a", url: null, renewedAgo: 0.1 },
  standbys: [{ node: "b", url: null, behind: 0, seenAgo: 0.1 }],
  store: { primary: "db:5432", isReplicated: true, waitsFor: "standby", replicas },
});
const MISSING = "commits of the store wait for a standby that is not there";

it.each<[string, readonly Replica[], readonly string[]]>([
  ["is not there", [], [MISSING]],
  ["is there", [{ name: "s", state: "streaming", sync: "sync" }], []],
  ["is one of several", [{ name: "s", state: "streaming", sync: "quorum" }], []],
  ["is still being copied", [{ name: "s", state: "backup", sync: "sync" }], [MISSING]],
  ["is another one, for which nobody waits", [{ name: "s", state: "streaming", sync: "async" }], [MISSING]],
  ["is hidden from the store's user", [{ name: "s", state: null, sync: null }], []],
])("says what is known of a standby that %s", (_, replicas, problems) => {
  expect(problemsOf(statusWith(...replicas), 5000)).toEqual(problems);
});
