import type { Role } from "@heliosdb/client";

export const ROLES: readonly (readonly [role: Role, meaning: string])[] = [
  ["viewer", "reads"],
  ["editor", "reads and writes"],
  ["maintainer", "also merges into protected branches"],
  ["admin", "everything, keys and users too"],
];
