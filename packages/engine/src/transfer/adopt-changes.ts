import type { ImportJob } from "../api/api.js";
import type { Connection } from "../file/connection.js";
import { syncFile } from "../file/sync.js";
import { keyedSource } from "../past/shadow-table.js";
import { applyRestore } from "../restore/apply-restore.js";
import { storedTable, withUids } from "../schema/epochs.js";
import { type FoundTable, findObjects, findTables } from "../schema/introspect.js";
import type { Epoch, TableDef } from "../schema/model.js";
import { foldName, ident, literal, sameName } from "../sql/names.js";
import { failpoint } from "../util/failpoint.js";
import { BranchFile } from "../write/branch-file.js";
import { finishChanges } from "../write/commit-changes.js";
import { carriedOver, fillsOf, isContinuation, renamedByValue } from "../write/continuation.js";

/** The schema name under which the file is attached, so that its rows can be compared with those of the branch. */
const UPLOAD = "_helios_upload";

/**
 * Applies the content of a changed file to the clone of the state that it was made from, in one commit, as a restore
 * does with a state that no history leads to. `path` is the clone's.
 */
export function adoptChanges(upload: Connection, job: ImportJob, path: string): void {
  const file = new BranchFile(path, job.timeline, job.database);
  const { db } = file;
  try {
    file.setForeignKeys("off");
    attachUpload(db, job.path);
    const epoch = uploadedEpoch(file, upload, job.scn);
    db.exec(`DETACH ${UPLOAD}`);
    file.begin();
    file.capture.begin(job.scn);
    const before = file.epoch;
    const state = { db: upload, epoch, keyed: keyedSource, close: () => {} };
    const touched = applyRestore(file, { scn: file.head.scn, foreign: state }, job.scn);
    const tables = finishChanges(file, job.scn, before, touched);
    const rows = tables.reduce((sum, { inserted, updated, deleted }) => sum + inserted + updated + deleted, 0);
    file.commits.add({
      ...{ scn: job.scn, ts: job.timestamp, branch: job.timeline, kind: "import", author: job.author },
      ...{ message: job.message, statements: [`IMPORT changes of a file (${rows} rows)`], tables },
    });
    failpoint("import.adopting");
    file.commit();
    db.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    file.close();
  }
  syncFile(path);
}

/** A view that names `main` can't be read when its file is attached under another name, so it is passed over. */
function attachUpload(db: Connection, path: string): void {
  db.unsafeMode();
  db.pragma("writable_schema = ON");
  db.exec(`ATTACH ${literal(path)} AS ${UPLOAD}`);
  db.pragma("writable_schema = OFF");
  db.unsafeMode(false);
}

/** The schema of the file, in which tables and columns that come from the branch keep their identity. */
function uploadedEpoch(file: BranchFile, upload: Connection, scn: number): Epoch {
  let made = 0;
  const tables = findTables(upload).map((found): TableDef => {
    const old = file.epoch.tables.find(({ name }) => sameName(name, found.name));
    return (old && continued(file, old, found, scn)) ?? withUids(found, `${scn}_${made++}`, { scn }, undefined);
  });
  return { scn, tables, objects: findObjects(upload) };
}

/** Null if rows of one can't be matched with rows of the other. */
function continued(file: BranchFile, old: TableDef, found: FoundTable, scn: number): TableDef | null {
  const { db } = file;
  const now = withUids(found, old.uid, { scn }, undefined);
  const place = `${UPLOAD}.${ident(found.name)}`;
  const rows = { kind: "table", from: `main.${ident(old.name)}` } as const;
  const renamed = renamedByValue(db, old, rows, now, place);
  if (!isContinuation(old, now, renamed)) return null;
  const fills = fillsOf(db, old, now, place);
  return withUids(
    found,
    old.uid,
    {
      scn,
      renamedColumns: renamed.map(({ from, to }) => ({ table: old.uid, from, to })),
      taken: new Set([...old.columns.map(({ uid }) => uid), ...(storedTable(db, old.uid)?.logged ?? [])]),
      fill: (_, column) => fills.get(foldName(column)),
    },
    carriedOver(old, now, renamed),
  );
}
