import type { Scope } from "./scopes.js";

/**
 * The most that a user may do. There is one role for each step that deserves a separate decision: reading, changing,
 * letting changes into protected branches, and managing who may do so.
 */
export const ROLES = ["viewer", "editor", "maintainer", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_SCOPES: { readonly [R in Role]: readonly Scope[] } = {
  viewer: ["read"],
  editor: ["read", "write"],
  maintainer: ["read", "write", "merge"],
  admin: ["admin"],
};
