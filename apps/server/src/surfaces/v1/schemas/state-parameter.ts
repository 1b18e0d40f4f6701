import { parsePoint, type StateRef } from "@heliosdb/port";
import { custom, type Schema } from "../../../schema/index.js";
import { invalid, refused } from "../../../schema/invalid.js";

/** A state of a branch in a URL: `main`, or `main@point`. */
export const stateParameter: Schema<StateRef> = custom(
  {
    type: "string",
    description:
      "The state to compare with: name or id of a branch, with `@` and a point in time for one of its past states. " +
      "Default: the parent as it was at the fork.",
    example: "main@scn:42",
  },
  (value, path) => {
    if (typeof value !== "string") throw invalid(path, "a string", value);
    const at = value.indexOf("@");
    const branch = at < 0 ? value : value.slice(0, at);
    if (branch === "") throw refused(path, "must start with a branch, such as main or main@scn:42");
    return at < 0 ? { branch } : { branch, at: parsePoint(value.slice(at + 1)) };
  },
);
