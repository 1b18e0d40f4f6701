import type { Role } from "../access/roles.js";

/** Times in seconds since 1970. */
export interface UserInfo {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Null while the user's credentials are valid. */
  readonly disabledAt: number | null;
}
