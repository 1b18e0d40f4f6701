import type { MergeStrategy } from "@heliosdb/port";
import {
  boolean,
  custom,
  described,
  integer,
  listOf,
  named,
  objectOf,
  optional,
  text,
  withDefault,
} from "../../../../schema/index.js";
import { invalid, refused } from "../../../../schema/invalid.js";
import { operation } from "../../operation/operation.js";
import { mergeResolution } from "../../schemas/merge-resolution.js";
import { branchPath } from "../branches/branches.operations.js";

const TAG = "Branches";

/** The words of both documents, in lower case. */
const STRATEGIES: { readonly [word: string]: MergeStrategy } = {
  auto: "auto",
  ours: "target",
  theirs: "source",
  manual: "manual",
  source_wins: "source",
  target_wins: "target",
  abort: "abort",
};

const strategy = named(
  "MergeStrategy",
  custom<MergeStrategy>(
    {
      type: "string",
      enum: ["Auto", "Ours", "Theirs", "Manual", "source_wins", "target_wins", "manual", "abort"],
      description:
        "What to do where both sides changed the same value. `Auto`: the newer write wins. `Ours`, `target_wins`: the " +
        "target's value. `Theirs`, `source_wins`: the source's. `Manual`: fail and list every conflict. `abort`: fail on " +
        "the first. Case-insensitive.",
    },
    (value, path) => {
      if (typeof value !== "string") throw invalid(path, "a string", value);
      const word = value.toLowerCase();
      if (!Object.hasOwn(STRATEGIES, word)) {
        throw refused(path, "must be one of Auto, Ours, Theirs, Manual, source_wins, target_wins, abort");
      }
      return STRATEGIES[word]!;
    },
  ),
);

export const mergeBranch = operation({
  id: "mergeBranch",
  method: "POST",
  path: "/v1/branches/{branch}/merge",
  tag: TAG,
  summary: "Merge a branch into another",
  description:
    "A three-way merge, value by value, of the branch in the path (the source) into the target, as one commit. " +
    "Merging again with no new changes merges 0 rows. Merging into a protected branch needs the scope `merge` or " +
    "`admin`; `delete_source_after_merge` needs `write`.",
  access: "merge",
  rate: "heavyWrite",
  params: branchPath,
  body: named(
    "MergeRequest",
    objectOf(
      {
        target: text({ description: "Name or id of the branch to merge into.", example: "main" }),
        strategy: optional(described("Default `Auto`.", strategy)),
        delete_source_after_merge: withDefault(boolean({ description: "Delete the source after the merge." }), false),
        merge_message: optional(text({ maxLength: 10_000, description: "Commit message." })),
        dry_run: withDefault(boolean({ description: "Report what would happen, but change nothing." }), false),
        resolutions: optional(
          listOf(mergeResolution, {
            maxItems: 10_000,
            description:
              "Resolutions of single conflicts, whatever the strategy. A resolution that doesn't name a conflict is refused.",
          }),
        ),
        if_target_scn: optional(
          integer({ minimum: 0, format: "int64", description: "Fail if the target has newer commits than this SCN." }),
        ),
      },
      {
        aliases: { target_branch: "target", conflict_resolution: "strategy", message: "merge_message" },
        hints: { into: "target", delete_source: "delete_source_after_merge", conflicts: "resolutions" },
        example: { target: "main", strategy: "Auto" },
      },
    ),
  ),
  view: "merge",
  errors: [
    "FIELD_CONFLICT",
    "PARAM_TYPE",
    "BRANCH_READ_ONLY",
    "BRANCH_PROTECTED",
    "BRANCH_NOT_FOUND",
    "QUERY_TIMEOUT",
    "EXTERNAL_CHANGE",
    "MERGE_CONFLICT",
    "MERGE_CONSTRAINT",
    "TARGET_MOVED",
    "INVALID_MERGE",
    "TABLE_NOT_VERSIONED",
    "RESOURCE_LIMIT",
  ],
});
