import { type BranchInfo, HeliosError, type ImportRequest, MAIN_BRANCH, NOW } from "@heliosdb/port";
import type { CloneJob, ImportJob } from "../api/api.js";
import { checkNewName, describe, displayName, expiry, metadataText, nextTimeline } from "../control/branch-life.js";
import type { WriterContext } from "../control/context.js";
import { syncFile } from "../file/sync.js";
import { type BranchTable, newBranchId } from "../meta/branches.js";
import { markExpendable, unmarkExpendable } from "../recovery/expendable.js";
import { failpoint } from "../util/failpoint.js";

/** Makes a clone of a state, as the file of a new timeline. */
export type BeginClone = (file: string, scn: number, timeline: string, filed: string | null) => CloneJob;

/**
 * Plans the import of a file. The file becomes a branch that forks from the very first commit, which is empty: so it
 * shares at least that history with every other branch and can be merged with them. A file that names the state it was
 * made from forks from there.
 */
export function prepareImport(
  context: WriterContext,
  request: ImportRequest,
  path: string,
  begin: BeginClone,
): ImportJob {
  const { branches, allocator, meta, paths } = context;
  checkNewName(context, request.name);
  expiry(request.expiresAt ?? null, allocator.time());
  displayName(request.displayName ?? null);
  metadataText(request.metadata ?? {});
  const timeline = meta.atomically(() => {
    const next = nextTimeline({ meta });
    // Nobody relies on files that a crash leaves of it.
    markExpendable(meta, paths, paths.branch(next));
    return next;
  });
  return {
    path,
    timeline,
    database: meta.identify(),
    ...(request.from ? madeFrom(context, request.from, timeline, begin) : madeFromNothing(branches)),
    scn: allocator.scn(),
    timestamp: allocator.time(),
    author: request.author,
    message: request.message ?? null,
  };
}

function madeFromNothing(branches: BranchTable): Pick<ImportJob, "origin" | "base"> {
  const main = branches.allTimelines(branches.get(MAIN_BRANCH))[0]!;
  return { origin: { timeline: main.id, scn: main.fork!, timestamp: main.forkAt }, base: null };
}

function madeFrom(
  { branches, views }: WriterContext,
  { branch, at = NOW }: NonNullable<ImportRequest["from"]>,
  timeline: string,
  begin: BeginClone,
): Pick<ImportJob, "origin" | "base"> {
  const location = branches.locate(branches.get(branch), at);
  const head = views.head(location.file);
  const commit = head.read(() => views.resolve(head, location, at));
  return {
    origin: { timeline: location.file, scn: commit.scn, timestamp: commit.ts },
    base: begin(location.file, commit.scn, timeline, views.filedPath(location, commit.scn)),
  };
}

/** Moves an adopted file to the branch files and records the branch, inside a transaction of meta.db. */
export function recordImport(context: WriterContext, job: ImportJob, request: ImportRequest): BranchInfo {
  const { meta, branches, paths, files } = context;
  checkNewName(context, request.name);
  const parent = branches.get(request.from?.branch ?? MAIN_BRANCH);
  // If recording it fails, the unexpected file is removed when the database is next opened.
  files.adopt(job.base?.target ?? job.path, paths.branch(job.timeline));
  syncFile(paths.branches);
  failpoint("import.renamed");
  unmarkExpendable(meta, paths, paths.branch(job.timeline));
  const id = newBranchId();
  meta.insert("branches", {
    id,
    name: request.name,
    parent: parent.id,
    timeline: job.timeline,
    createdAt: job.timestamp,
    updatedAt: job.timestamp,
    readOnly: false,
    isolated: true,
    isProtected: false,
    displayName: displayName(request.displayName ?? null),
    metadata: metadataText(request.metadata ?? {}),
    expiresAt: request.expiresAt ?? null,
    deletedAt: null,
    purgedAt: null,
    mergedScn: null,
  });
  meta.insert("timelines", {
    id: job.timeline,
    branch: id,
    origin: job.origin.timeline,
    fork: job.origin.scn,
    forkAt: job.origin.timestamp,
    materialised: true,
    since: 0,
    sinceAt: job.timestamp,
    author: null,
    message: null,
    purgedAt: null,
  });
  const info = describe(context, id);
  if (info.headScn !== job.scn) throw new HeliosError("INTERNAL_ERROR", "the loaded file is not the one prepared");
  return info;
}
