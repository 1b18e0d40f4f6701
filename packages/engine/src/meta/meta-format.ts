import type { Connection } from "../file/connection.js";

/** Raised whenever the tables below change. */
export const META_FORMAT = 3;

/**
 * meta        counters and settings by name: format, scn_ceiling, time_ceiling, timelines_made, retention
 * branches    the branches that users see
 * timelines   lines of commits, one or more for a branch; each has a file from its first write on
 * snapshots   states that are kept
 * requests    the newest changes made here and their outcomes, so that a retry does nothing twice
 * events      events of branches, in order (META_EVENTS)
 */
export const META_TABLES = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE branches (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, parent TEXT, timeline TEXT NOT NULL, createdAt INTEGER NOT NULL,
  updatedAt INTEGER NOT NULL, readOnly INTEGER NOT NULL, isolated INTEGER NOT NULL, isProtected INTEGER NOT NULL,
  displayName TEXT, metadata TEXT NOT NULL, expiresAt INTEGER, deletedAt INTEGER, purgedAt INTEGER, mergedScn INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX live_name ON branches (name) WHERE deletedAt IS NULL;
CREATE TABLE timelines (
  id TEXT PRIMARY KEY, branch TEXT NOT NULL, origin TEXT, fork INTEGER, forkAt INTEGER NOT NULL,
  materialised INTEGER NOT NULL, since INTEGER NOT NULL, sinceAt INTEGER NOT NULL, author TEXT, message TEXT,
  purgedAt INTEGER
) WITHOUT ROWID;
CREATE TABLE snapshots (
  branch TEXT NOT NULL, timeline TEXT NOT NULL, scn INTEGER NOT NULL, ts INTEGER NOT NULL, createdAt INTEGER NOT NULL,
  automatic INTEGER NOT NULL, name TEXT, description TEXT, author TEXT NOT NULL, tables INTEGER NOT NULL,
  rows INTEGER NOT NULL, sizeBytes INTEGER NOT NULL, filed INTEGER NOT NULL, PRIMARY KEY (branch, scn)
) WITHOUT ROWID;
CREATE TABLE requests (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, outcome TEXT NOT NULL);
CREATE UNIQUE INDEX snapshot_name ON snapshots (branch, name) WHERE name IS NOT NULL;
`;

/**
 * files       the last known facts about each branch file (FileFacts), as JSON, from which branches are listed. It can
 *             be made again from the files, so a record without it has the same format
 */
export const META_FILES = "CREATE TABLE IF NOT EXISTS files (file TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID";

/**
 * Triggers record each event of a branch, so that no operation can forget it. `scn` is the last SCN given out before
 * it, which the writer leaves in `meta` at the beginning of each transaction, so that events and commits have one
 * order. Numbers are never reused, because readers remember the last one that they have seen.
 */
export const META_EVENTS = `
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, scn INTEGER NOT NULL, kind TEXT NOT NULL,
  branch TEXT NOT NULL, name TEXT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX events_of_branch ON events (branch, seq);
CREATE VIEW last_scn AS SELECT coalesce((SELECT value FROM meta WHERE name = 'scn_last'), 0) AS scn;
CREATE TRIGGER branch_created AFTER INSERT ON branches BEGIN
  INSERT INTO events (ts, scn, kind, branch, name, data)
  VALUES (NEW.createdAt, (SELECT scn FROM last_scn), 'created', NEW.id, NEW.name, json_object(
    'parent', NEW.parent, 'parentName', (SELECT name FROM branches WHERE id = NEW.parent)));
END;
CREATE TRIGGER branch_deleted AFTER UPDATE OF deletedAt ON branches
WHEN OLD.deletedAt IS NULL AND NEW.deletedAt IS NOT NULL BEGIN
  INSERT INTO events (ts, scn, kind, branch, name, data)
  VALUES (NEW.deletedAt, (SELECT scn FROM last_scn), 'deleted', NEW.id, NEW.name, '{}');
END;
CREATE TRIGGER branch_undeleted AFTER UPDATE OF deletedAt ON branches
WHEN OLD.deletedAt IS NOT NULL AND NEW.deletedAt IS NULL BEGIN
  INSERT INTO events (ts, scn, kind, branch, name, data)
  VALUES (NEW.updatedAt, (SELECT scn FROM last_scn), 'undeleted', NEW.id, NEW.name, json_object(
    'parent', NEW.parent, 'parentName', (SELECT name FROM branches WHERE id = NEW.parent)));
END;
CREATE TRIGGER branch_forgotten AFTER DELETE ON branches BEGIN
  INSERT INTO events (ts, scn, kind, branch, name, data)
  VALUES (OLD.updatedAt, (SELECT scn FROM last_scn), 'deleted', OLD.id, OLD.name, '{}');
END;
CREATE TRIGGER branch_renamed AFTER UPDATE OF name ON branches WHEN OLD.name <> NEW.name BEGIN
  INSERT INTO events (ts, scn, kind, branch, name, data)
  VALUES (NEW.updatedAt, (SELECT scn FROM last_scn), 'renamed', NEW.id, NEW.name, json_object('from', OLD.name));
END;
CREATE TRIGGER branch_protected AFTER UPDATE OF isProtected ON branches
WHEN OLD.isProtected <> NEW.isProtected BEGIN
  INSERT INTO events (ts, scn, kind, branch, name, data)
  VALUES (NEW.updatedAt, (SELECT scn FROM last_scn), 'protected', NEW.id, NEW.name,
    json_object('isProtected', NEW.isProtected));
END;
CREATE TRIGGER branch_reset AFTER UPDATE OF timeline ON branches WHEN OLD.timeline <> NEW.timeline BEGIN
  INSERT INTO events (ts, scn, kind, branch, name, data)
  VALUES (NEW.updatedAt, (SELECT scn FROM last_scn), 'reset', NEW.id, NEW.name, json_object('timeline', NEW.timeline));
END;
`;

interface BranchOfFormat1 {
  id: string;
  name: string;
  internal: string;
  parent: string | null;
  fork: number | null;
  forkAt: number;
  createdAt: number;
  materialised: number;
  readOnly: number;
  isolated: number;
  isProtected: number;
  deletedAt: number | null;
  mergedScn: number | null;
}

/** Upgrades a record of an earlier release, in one transaction. One of a later release is left alone. */
export function upgradeMeta(db: Connection, version: number | undefined): void {
  if (version !== 1 && version !== 2) return;
  db.transaction(() => {
    if (version === 1) upgradeFormat1(db);
    // Last, so that the upgrade's own writes are not recorded as events.
    db.exec(META_EVENTS);
    db.prepare("UPDATE meta SET value = ? WHERE name = 'format'").run(META_FORMAT);
  }).immediate();
}

/** Format 1 had one timeline for each branch, and an unwritten one found its file through its parents. */
function upgradeFormat1(db: Connection): void {
  const old = db.prepare("SELECT * FROM branches").all() as BranchOfFormat1[];
  const byId = new Map(old.map((branch) => [branch.id, branch]));
  const counters = db.prepare("SELECT name, value FROM meta").all() as { name: string; value: number }[];
  db.exec(`DROP TABLE branches; DROP TABLE meta; ${META_TABLES}`);
  const put = db.prepare("INSERT INTO meta VALUES (?, ?)");
  for (const { name, value } of counters) {
    put.run(name === "branches_made" ? "timelines_made" : name, value);
  }
  const putBranch = db.prepare(
    `INSERT INTO branches VALUES (:id, :name, :parent, :internal, :createdAt, :createdAt, :readOnly, :isolated,
     :isProtected, NULL, '{}', NULL, :deletedAt, NULL, :mergedScn)`,
  );
  const putTimeline = db.prepare(
    "INSERT INTO timelines VALUES (:internal, :id, :origin, :fork, :forkAt, :materialised, 0, :createdAt, NULL, NULL, NULL)",
  );
  for (const branch of old) {
    putBranch.run(branch);
    putTimeline.run({ ...branch, origin: originOf(branch, byId) });
  }
}

/** The nearest ancestor with a file, unless the branch follows its parent's head. */
function originOf(branch: BranchOfFormat1, byId: ReadonlyMap<string, BranchOfFormat1>): string | null {
  if (branch.parent === null || branch.fork === null) return null;
  let at = byId.get(branch.parent)!;
  while (at.materialised === 0) at = byId.get(at.parent!)!;
  return at.internal;
}
