import type { HistoryEntry } from "@heliosdb/port";
import { COMMIT_TYPES } from "../../../../history/commit-types.js";
import { described, named, nullable, objectOf, text, word } from "../../../../schema/index.js";
import { scn } from "../../schemas/values.js";

export const commitType = named("CommitType", word(Object.values(COMMIT_TYPES)));

export const commitId = text({
  description: "Id of the commit as a transaction.",
  example: "tx_42",
});

export function writeCommitId(commit: number): string {
  return `tx_${commit}`;
}

export const mergedFrom = named(
  "MergedFrom",
  objectOf({
    branch_id: text({ example: "br_7k2m9q4w8x3f6a5b" }),
    branch: nullable(text({ description: "Null if the branch no longer exists.", example: "feature-auth" })),
    scn: described("The merged state of the branch.", scn),
  }),
);

export function presentMergedFrom({ id, name, scn }: NonNullable<HistoryEntry["merged"]>) {
  return { branch_id: id, branch: name, scn };
}

/** Maximum number of statements in a summary; the others are counted. */
const SHOWN = 3;

/** The change of a commit, on one line. */
export function summaryOf(entry: HistoryEntry): string {
  const { statements } = entry;
  if (statements.length > 0) {
    const shown = statements.slice(0, SHOWN).map((text) => text.split("\n", 1)[0]!);
    const more = statements.length - shown.length;
    return more > 0 ? `${shown.join("; ")}; and ${more} more` : shown.join("; ");
  }
  switch (entry.kind) {
    case "init":
      return "Database created";
    case "merge":
      return entry.merged ? `Merge of '${entry.merged.name ?? entry.merged.id}'` : "Merge";
    case "restore":
      return `Restore to SCN ${entry.restoredScn}`;
    case "reset":
      return `Reset to SCN ${entry.restoredScn}`;
    case "import":
      return "Import of a SQLite file";
    case "ddl":
      return "Schema change";
    case "write":
      return "Write";
  }
}
