import type { BranchInfo } from "@heliosdb/port";
import { updatedAt } from "../../../../branches/updated-at.js";
import { boolean, described, nullable, optional } from "../../../../schema/index.js";
import type { TimeWriter } from "../view/times.js";

/** Flags of a branch, with the names of both documents. */
export const flagFields = {
  is_default: boolean(),
  is_protected: boolean(),
  read_only: boolean(),
  isolated: boolean({ description: "False as long as the branch follows its parent's head." }),
};

export function presentFlags(branch: BranchInfo) {
  return {
    is_default: branch.isDefault,
    is_protected: branch.isProtected,
    read_only: branch.readOnly,
    isolated: branch.isolated,
  };
}

/** When a branch changed and when it expires, in a dialect's times. */
export function lifetimeOf<T>({ schema, write }: TimeWriter<T>, writeExpiry = write) {
  return {
    fields: {
      updated_at: described("When its rows or settings last changed.", schema),
      expires_at: nullable(described("When the branch expires; null for never.", schema)),
      deleted_at: optional(described("When the branch was deleted.", schema)),
    },
    present: (branch: BranchInfo) => ({
      updated_at: write(updatedAt(branch)),
      expires_at: branch.expiresAt === null ? null : writeExpiry(branch.expiresAt),
      ...(branch.deletedAt !== null && { deleted_at: write(branch.deletedAt) }),
    }),
  };
}
