import { named, word } from "../shape/index.js";
import { ROLES } from "./roles.js";

export const roleShape = named(
  "Role",
  word(ROLES, {
    description:
      "`viewer` reads; `editor` writes, too; `maintainer` merges into protected branches, too; `admin` does everything.",
  }),
);
