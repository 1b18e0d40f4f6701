import type { BranchChange, BranchName, ChangePosition } from "@heliosdb/port";
import { type CommitRow, entryOfCommit } from "../history/entries.js";
import type { BranchTable } from "../meta/branches.js";
import { type EventRow, earlierNames } from "../meta/events.js";
import type { MetaDb } from "../meta/meta-db.js";

/** The change that an entry of the record stands for; null for an internal one. */
export function changeOfEvent(branches: BranchTable, event: EventRow, position: ChangePosition): BranchChange | null {
  const { kind, ts: timestamp, scn } = event;
  const common = { branch: { id: event.branch, name: event.name }, timestamp, scn, position };
  const data = JSON.parse(event.data) as { readonly [name: string]: string | number | null };
  switch (kind) {
    case "created":
    case "undeleted": {
      const parent = data.parent === null ? null : { id: data.parent as string, name: data.parentName as string };
      return { ...common, kind: "created", parent, undeleted: kind === "undeleted" };
    }
    case "deleted":
      return { ...common, kind };
    case "protected":
      return { ...common, kind, isProtected: data.isProtected === 1 };
    case "reset": {
      const timeline = branches.timeline(data.timeline as string)!;
      const { since, fork, author, message } = timeline;
      return { ...common, kind, scn: since, toScn: fork ?? 0, author: author ?? "", message };
    }
    case "renamed":
      return null;
  }
}

export function changeOfCommit(
  branches: BranchTable,
  row: CommitRow,
  branch: BranchName,
  position: ChangePosition,
): BranchChange {
  const { scn, timestamp, kind: commit, author, message, tables, merged } = entryOfCommit(branches, row);
  return { kind: "committed", branch, timestamp, scn, position, commit, author, message, tables, merged };
}

/** The name that a branch had when a commit was made on it. */
export class NamesInTime {
  private readonly earlier: readonly { readonly scn: number; readonly name: string }[];

  constructor(
    meta: MetaDb,
    private readonly branches: BranchTable,
    private readonly id: string,
  ) {
    this.earlier = earlierNames(meta, id);
  }

  at(scn: number): string {
    return this.earlier.find((name) => name.scn >= scn)?.name ?? this.branches.byIdOrNull(this.id)?.name ?? "";
  }
}
