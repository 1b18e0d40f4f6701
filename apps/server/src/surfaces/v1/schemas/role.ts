import { ROLES } from "../../../access/roles.js";
import { named, word } from "../../../schema/index.js";

export const role = named(
  "Role",
  word(ROLES, {
    description:
      "`viewer`: reads. `editor`: also writes. `maintainer`: also merges into protected branches. `admin`: everything.",
  }),
);
