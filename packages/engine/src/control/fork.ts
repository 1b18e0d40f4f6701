import type { PointInTime } from "@heliosdb/port";
import { openForWriting } from "../file/connection.js";
import { keepLog } from "../file/database-files.js";
import { UNFINISHED } from "../file/paths.js";
import { syncFile } from "../file/sync.js";
import type { Location } from "../meta/branches.js";
import type { Commit } from "../meta/commits.js";
import type { TimelineRecord } from "../meta/records.js";
import { failpoint } from "../util/failpoint.js";
import type { WriterContext } from "./context.js";

/** The origin of a new timeline. */
export type Fork = Pick<TimelineRecord, "origin" | "fork" | "forkAt" | "materialised">;

/**
 * Finds the state at which a new timeline begins. It costs only a record, unless the state is a snapshot whose history
 * has been removed: then its file is copied, since nothing else leads to it.
 */
export function forkAt(context: WriterContext, location: Location, at: PointInTime, timeline: string): Fork {
  const { views } = context;
  const head = views.head(location.file);
  const [commit, horizon] = head.read(() => [views.resolve(head, location, at), head.commits.horizon()]);
  const origin = { origin: location.file, fork: commit.scn, forkAt: commit.ts };
  const filed = commit.scn < horizon ? views.filedPath(location, commit.scn) : null;
  if (filed === null) return { ...origin, materialised: false };
  copyState(context, filed, timeline, commit);
  return { ...origin, materialised: true };
}

function copyState({ paths, files }: WriterContext, filed: string, timeline: string, commit: Commit): void {
  const path = paths.branch(timeline);
  files.copy(filed, path + UNFINISHED);
  failpoint("fork.copied");
  const db = openForWriting(path + UNFINISHED, files.isJournaled ? "journal" : "SQLite");
  try {
    db.prepare("UPDATE _helios_meta SET value = ? WHERE name = 'branch'").run(timeline);
    db.prepare("DELETE FROM _helios_commits WHERE scn > ?").run(commit.scn);
    if (files.isJournaled) keepLog(path + UNFINISHED);
    db.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
  syncFile(path + UNFINISHED);
  files.finished(path + UNFINISHED);
  // If recording it fails, the unknown file is removed when the database is next opened.
  files.rename(path + UNFINISHED, path);
  syncFile(paths.branches);
  failpoint("fork.renamed");
}
