import type { Sourced } from "./connection.js";
import { findProject } from "./project-file.js";

const MAIN = "main";

/** The branch, or BRANCH@POINT, of a command that names none: the environment's, else the project's, else main. */
export function defaultBranch(): Sourced {
  const given = process.env.HELIOSDB_BRANCH;
  if (given) return { value: given, from: "HELIOSDB_BRANCH" };
  const project = findProject();
  const pinned = project?.settings.branch;
  return pinned === undefined ? { value: MAIN, from: "default" } : { value: pinned, from: project!.path };
}
