import { constants, copyFileSync } from "node:fs";
import type { CloneJob } from "../api/api.js";
import { openForWriting } from "../file/connection.js";
import { keepLog } from "../file/database-files.js";
import { syncFile } from "../file/sync.js";
import { rewind } from "../past/rewind.js";
import { failpoint } from "../util/failpoint.js";
import { becomePlain } from "./plain-file.js";

/**
 * Copies a branch file with its write-ahead log, sharing blocks if the file system can. Call it in a process that has
 * no connection to the source: opening and closing the file would drop the locks of its connections.
 */
export function copyFiles(job: CloneJob): void {
  failpoint("clone.begun");
  copyFileSync(job.source, job.target, constants.COPYFILE_FICLONE);
  // A log that has been moved to the file completely is still as large as the largest write, and applying it again
  // would write all of that.
  if (job.withLog) copyFileSync(`${job.source}-wal`, `${job.target}-wal`, constants.COPYFILE_FICLONE);
  failpoint("clone.copied");
}

/** Finishes the copied file: applies its log, rewinds it, and makes it durable as a single file. */
export function finishFile(job: CloneJob): void {
  const db = openForWriting(job.target, job.keepsLog ? "journal" : "SQLite");
  try {
    db.pragma("wal_checkpoint(TRUNCATE)");
    rewind(db, job.scn);
    failpoint("clone.rewound");
    if (job.purpose === "materialise") {
      db.prepare("UPDATE _helios_meta SET value = ? WHERE name = 'branch'").run(job.timeline);
    }
    if (job.purpose === "export") {
      becomePlain(db);
      failpoint("clone.plain");
    }
    if (job.keepsLog) keepLog(job.target);
    // A file that is never written again needs no log and no second file beside it.
    db.pragma(job.purpose === "materialise" ? "wal_checkpoint(TRUNCATE)" : "journal_mode = DELETE");
  } finally {
    db.close();
  }
  syncFile(job.target);
  failpoint("clone.finished");
}
