import {
  type BranchInfo,
  type BranchMetadata,
  type BranchRef,
  type CreateBranch,
  HeliosError,
  MAIN_BRANCH,
  NOW,
  type UndeleteBranch,
  type UpdateBranch,
} from "@heliosdb/port";
import { describeBranch } from "../describe/branch-info.js";
import { checkBranchName, newBranchId } from "../meta/branches.js";
import type { BranchRecord } from "../meta/records.js";
import type { WriterContext } from "./context.js";
import { forkAt } from "./fork.js";

/** Maximum size of a branch's metadata, in bytes of JSON. */
const MAX_METADATA = 16_384;
const MAX_DISPLAY_NAME = 200;

export function createBranch(context: WriterContext, request: CreateBranch): BranchInfo {
  const { meta, branches, allocator } = context;
  const parent = branches.get(request.parent ?? MAIN_BRANCH);
  checkNewName(context, request.name);
  const isolated = request.isolated ?? true;
  const at = request.at ?? NOW;
  if (!isolated && at.kind !== "now") {
    throw new HeliosError(
      "INVALID_FIELD",
      "A branch with isolated: false follows its parent's head, so it can't start at a past point in time. Leave out one of the two.",
    );
  }
  const timeline = nextTimeline(context);
  const fork = forkAt(context, branches.locate(parent, at), at, timeline);
  const createdAt = allocator.time();
  const branch: BranchRecord = {
    id: newBranchId(),
    name: request.name,
    parent: parent.id,
    timeline,
    createdAt,
    updatedAt: createdAt,
    readOnly: request.readOnly ?? false,
    isolated,
    isProtected: false,
    displayName: displayName(request.displayName ?? null),
    metadata: metadataText(request.metadata ?? {}),
    expiresAt: expiry(request.expiresAt ?? null, createdAt),
    deletedAt: null,
    purgedAt: null,
    mergedScn: null,
  };
  meta.insert("branches", branch);
  meta.insert("timelines", {
    id: branch.timeline,
    branch: branch.id,
    ...fork,
    ...(isolated ? {} : { origin: null, fork: null }),
    since: 0,
    sinceAt: createdAt,
    author: null,
    message: null,
    purgedAt: null,
  });
  return describe(context, branch.id);
}

export function updateBranch(context: WriterContext, request: UpdateBranch): BranchInfo {
  const { meta, branches, allocator } = context;
  const branch = branches.get(request.branch);
  const now = allocator.time();
  const { name, readOnly, isProtected } = request;
  if (name !== undefined && name !== branch.name) {
    if (branch.parent === null) {
      throw new HeliosError("BRANCH_PROTECTED", `Branch '${branch.name}' is the default branch and can't be renamed.`);
    }
    checkNewName(context, name);
  }
  if (request.expiresAt != null && branch.parent === null) {
    throw new HeliosError("BRANCH_PROTECTED", `Branch '${branch.name}' is the default branch and can't expire.`);
  }
  meta.updateBranch(branch.id, {
    updatedAt: now,
    ...(name === undefined ? {} : { name }),
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(isProtected === undefined ? {} : { isProtected }),
    ...(request.displayName === undefined ? {} : { displayName: displayName(request.displayName) }),
    ...(request.metadata === undefined ? {} : { metadata: metadataText(request.metadata) }),
    ...(request.expiresAt === undefined ? {} : { expiresAt: expiry(request.expiresAt, now) }),
  });
  return describe(context, branch.id);
}

export function deleteBranch(context: WriterContext, ref: BranchRef): BranchInfo {
  const { meta, branches, allocator } = context;
  const branch = branches.get(ref);
  const refused = whyUndeletable(context, branch);
  if (refused) throw refused;
  meta.updateBranch(branch.id, { deletedAt: allocator.time() });
  return describe(context, branch.id);
}

/** The reason why a branch can't be deleted, or null. */
export function whyUndeletable({ branches }: WriterContext, branch: BranchRecord): HeliosError | null {
  if (branch.parent === null) {
    return new HeliosError("BRANCH_PROTECTED", `Branch '${branch.name}' is the default branch and can't be deleted.`);
  }
  if (branch.isProtected) {
    return new HeliosError(
      "BRANCH_PROTECTED",
      `Branch '${branch.name}' is protected and can't be deleted. Unprotect it first.`,
    );
  }
  const children = branches.children(branch).map((child) => child.name);
  if (children.length === 0) return null;
  return new HeliosError(
    "BRANCH_HAS_CHILDREN",
    `Branch '${branch.name}' has children: ${children.slice(0, 10).join(", ")}${children.length > 10 ? ", …" : ""}. Delete them first.`,
    { children },
  );
}

export function undeleteBranch(context: WriterContext, request: UndeleteBranch): BranchInfo {
  const { meta, branches, allocator } = context;
  const branch = branches.getDeleted(request.id);
  const parent = branches.byIdOrNull(branch.parent);
  if (parent !== null && parent.deletedAt !== null) {
    throw new HeliosError(
      "BRANCH_NOT_FOUND",
      `The parent '${parent.name}' (${parent.id}) is deleted. Undelete it first.`,
    );
  }
  const name = request.name ?? branch.name;
  checkNewName(context, name);
  const now = allocator.time();
  // A branch that has expired would expire again at once.
  const expired = branch.expiresAt !== null && branch.expiresAt <= now;
  meta.updateBranch(branch.id, { name, deletedAt: null, updatedAt: now, ...(expired ? { expiresAt: null } : {}) });
  return describe(context, branch.id);
}

export function nextTimeline({ meta }: Pick<WriterContext, "meta">): string {
  const number = (meta.get("timelines_made") ?? 0) + 1;
  meta.set("timelines_made", number);
  return `b${number}`;
}

export function checkNewName({ branches }: WriterContext, name: string): void {
  checkBranchName(name);
  if (branches.has(name)) throw new HeliosError("BRANCH_EXISTS", `Branch '${name}' already exists`);
}

export function describe(context: WriterContext, id: string): BranchInfo {
  context.refresh();
  return describeBranch(context.branches, context.views, context.branches.byIdOrNull(id)!);
}

export function expiry(at: number | null, now: number): number | null {
  if (at === null || at > now) return at;
  throw new HeliosError("INVALID_FIELD", "Invalid expiry. Expected a time in the future.");
}

export function displayName(name: string | null): string | null {
  if (name === null || name.length <= MAX_DISPLAY_NAME) return name;
  throw new HeliosError(
    "INVALID_FIELD",
    `The display name is too long. Expected at most ${MAX_DISPLAY_NAME} characters.`,
  );
}

export function metadataText(metadata: BranchMetadata): string {
  const text = JSON.stringify(metadata);
  if (Buffer.byteLength(text) <= MAX_METADATA) return text;
  throw new HeliosError("INVALID_FIELD", `The metadata is too large. Expected at most ${MAX_METADATA} bytes of JSON.`);
}
