import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { DatabaseFiles } from "../file/database-files.js";
import { moveToLostAndFound } from "../file/lost-and-found.js";
import { type DatabasePaths, UNFINISHED } from "../file/paths.js";
import type { BranchTable } from "../meta/branches.js";
import type { MetaDb } from "../meta/meta-db.js";
import { expendableFiles, unmarkAll } from "./expendable.js";
import { look } from "./inspect.js";
import { missingFiles } from "./missing-files.js";

/** "keep" and "discard" need a reason in the record or in the file; everything else goes to lost+found/. */
type Fate = "keep" | "discard" | "aside";

interface Known {
  readonly paths: DatabasePaths;
  readonly branches: BranchTable;
  readonly database: string;
  readonly files: ReadonlySet<string>;
  readonly snapshots: ReadonlySet<string>;
  readonly expendable: ReadonlySet<string>;
  /** No file is missing from which a clone could have been made. */
  readonly isWhole: boolean;
}

const BRANCH = /^(b\d+)\.db$/;
const STATE = /^(b\d+)-\d+\.db$/;
const BESIDE = /-(wal|shm|journal|pages)$/;
const HALF_EXPORTED = /^export-\d+-[0-9a-f-]+\.db\.unfinished(-wal|-shm|-journal)?$/;
const HALF_MADE = /^(b\d+|b\d+-\d+)\.db(\.\d+)?$/;

/**
 * Checks every file of a database that is being opened, and handles those that the record doesn't name. Returns notes
 * about files that it moved away or that are missing. DESIGN.md has the table of findings and actions.
 */
export function cleanUp(paths: DatabasePaths, files: DatabaseFiles, meta: MetaDb, branches: BranchTable): string[] {
  const notes = missing(paths, meta, branches);
  const known: Known = {
    paths,
    branches,
    database: meta.identify(),
    files: new Set(branches.files()),
    snapshots: new Set(meta.snapshots().map(({ timeline, scn }) => paths.snapshot(timeline, scn))),
    expendable: expendableFiles(meta),
    isWhole: notes.length === 0,
  };
  for (const folder of [paths.branches, paths.copies, paths.snapshots]) {
    const names = readdirSync(folder);
    for (const main of new Set(names.map((name) => name.replace(BESIDE, "")))) {
      const path = join(folder, main);
      const fate = fateOf(known, folder, main);
      if (fate === "discard") files.remove(path);
      if (fate !== "aside") continue;
      for (const name of names) {
        if (name.replace(BESIDE, "") === main) notes.push(moved(paths, files, join(folder, name)));
      }
    }
  }
  for (const name of readdirSync(paths.transfers)) {
    // The purpose of other files is not known here: the host removes them when it starts.
    if (HALF_EXPORTED.test(name)) files.remove(join(paths.transfers, name.replace(BESIDE, "")));
  }
  unmarkAll(meta);
  return notes;
}

function fateOf(known: Known, folder: string, name: string): Fate {
  const { paths, expendable } = known;
  const path = join(folder, name);
  if (name.endsWith(UNFINISHED)) return HALF_MADE.test(name.slice(0, -UNFINISHED.length)) ? "discard" : "aside";
  if (folder === paths.branches && known.files.has(BRANCH.exec(name)?.[1] ?? "")) return "keep";
  if (folder === paths.snapshots && known.snapshots.has(path)) return "keep";
  if (folder === paths.copies && known.files.has(STATE.exec(name)?.[1] ?? "")) return "keep";
  if (expendable.has(relative(paths.root, path))) return "discard";
  const timeline = (folder === paths.branches ? BRANCH : STATE).exec(name)?.[1];
  if (timeline === undefined) return "aside";
  if ((known.branches.timeline(timeline)?.purgedAt ?? null) !== null) return "discard";
  return folder === paths.branches && isUnwrittenClone(known, timeline) ? "discard" : "aside";
}

/**
 * A file that was made for a branch's first write and never written: all its content is in the file that it was cloned
 * from.
 */
function isUnwrittenClone({ paths, database, isWhole }: Known, timeline: string): boolean {
  if (!isWhole) return false;
  const found = look(paths.branch(timeline));
  return found !== null && found.timeline === timeline && found.database === database && found.own === 0;
}

function missing(paths: DatabasePaths, meta: MetaDb, branches: BranchTable): string[] {
  const { files, states } = missingFiles(paths, meta, branches);
  return [
    ...files.map((file) => {
      const owner = branches.ownerOf(file)?.name;
      return `branches/${file}.db is missing: branch '${owner}' and the branches that read from it are unavailable until it is restored`;
    }),
    ...states.map(
      (path) => `${relative(paths.root, path)} is missing: the snapshot is unavailable until it is restored`,
    ),
  ];
}

function moved(paths: DatabasePaths, files: DatabaseFiles, path: string): string {
  const from = relative(paths.root, path);
  return `${from} is an unknown file and was moved to ${moveToLostAndFound(paths, files, path)}`;
}
