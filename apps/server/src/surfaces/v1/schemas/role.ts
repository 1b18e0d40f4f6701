import { ROLES } from "../../../access/roles.js";
import { named, word } from "../../../schema/index.js";

export const role = named(
  "Role",
  word(ROLES, {
    description:
      "`viewer` reads; `editor` writes, too; `maintainer` merges into protected branches, too; `admin` does everything.",
  }),
);
