/**
 * Makes the database that stands for the present formats in the tests of later releases.
 *
 * Run it once for each release that raised FORMAT_VERSION or META_FORMAT, from that release's code, and commit what it
 * writes to the next fixtures/format-<n>/:
 *
 *     npm run build && node scripts/fixture.mjs
 *
 * A fixture that exists is never made again: it is worth something only because older code wrote it. What a release
 * adds to what a database can hold belongs in history.ts before its fixture is made.
 */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "@heliosdb/port";
import { FORMAT_VERSION } from "../../src/file/format.js";
import { META_FORMAT } from "../../src/meta/meta-format.js";
import { TestDatabase } from "../support/test-database.js";
import {
  type Expected,
  type ExpectedState,
  FIXTURES,
  fixtureNames,
  NUMBERED_TWICE,
  pack,
  readExpected,
  withFixture,
  writeExpected,
} from "./fixture.js";
import { type Milestones, playHistory, REPEATED_REQUEST } from "./history.js";
import { observeBranches, observeChanges, observeState } from "./observe.js";

/** Some moment in the past, so that the times in the fixture are behind every clock that will read it. */
const WRITTEN_AT = Date.UTC(2025, 0, 1);

const formats = { files: FORMAT_VERSION, record: META_FORMAT };
const made = fixtureNames();
const known = made.find((each) => JSON.stringify(readExpected(each).formats) === JSON.stringify(formats));
if (known !== undefined) throw new Error(`${known} has these formats already: a fixture is made once`);
const name = `format-${made.length + 1}`;
const milestones = build();
writeExpected(
  name,
  withFixture(name, (db) => observe(db, milestones)),
);
console.log(`${name}: ${readdirSync(join(FIXTURES, name), { recursive: true }).join(", ")}`);

/** Plays the history in a temporary folder and packs it. */
function build(): Milestones {
  const db = new TestDatabase(undefined, WRITTEN_AT - Date.now());
  try {
    const played = playHistory(db);
    db.makeCopy("b1", played.middle);
    db.close();
    pack(db.directory, name);
    return played;
  } finally {
    rmSync(db.directory, { recursive: true, force: true });
  }
}

/** Reads what the fixture holds, then merges: the merge is last because it changes what was read. */
function observe(db: TestDatabase, at: Milestones): Expected {
  const now = (branch: string) => observeState(db, branch, { kind: "now" });
  const scn = (branch: string, point: number) => observeState(db, branch, { kind: "scn", scn: point });
  const branches = observeBranches(db);
  const { timestamp } = db.read({
    op: "resolve",
    request: { branch: "main", at: { kind: "scn", scn: at.altered } },
  });
  const states: ExpectedState[] = [
    scn("main", 2),
    scn("main", at.filled),
    scn("main", at.middle),
    scn("main", at.changed),
    scn("main", at.altered - 3),
    observeState(db, "main", { kind: "timestamp", until: timestamp }),
    scn("main", at.merged),
    scn("draft", at.filled + 2),
    scn("draft", at.draft - 2),
    scn("nested", at.middle),
    ...branches.map((branch) => now(branch.name)),
  ];
  const changes = observeChanges(db);
  const outcome = {
    branch: "main",
    requestId: REPEATED_REQUEST,
    result: db.writer.outcome({
      op: "execute",
      request: { branch: "main", author: "test", requestId: REPEATED_REQUEST, statements: [] },
    }) as Json,
  };
  const { ids } = db.insert("idle", "tickets", [{ title: "next" }]);
  const request = { source: "draft", target: "main", strategy: "auto" } as const;
  const { merged, conflictCount } = db.merge(request.source, request.target, request.strategy, {
    resolutions: NUMBERED_TWICE,
  });
  return {
    formats,
    branches,
    states,
    outcome,
    next: { branch: "idle", table: "tickets", id: Number(ids[0]) },
    merge: { ...request, merged, conflictCount, after: now("main") },
    changes,
  };
}
