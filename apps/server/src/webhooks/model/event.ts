import { type BranchChange, formatMicros, type TableChange } from "@heliosdb/port";
import { COMMIT_TYPES } from "../../history/commit-types.js";

/** The types of events. */
export const WEBHOOK_EVENTS = [
  "branch.created",
  "branch.deleted",
  "branch.merged",
  "branch.protected",
  "branch.data_changed",
] as const;
export type WebhookEventName = (typeof WEBHOOK_EVENTS)[number];

/** An event as it is sent, without its signature. */
export interface WebhookEvent {
  /** The same each time that it is sent, and unique to the event. */
  readonly id: string;
  readonly event: WebhookEventName;
  /** Names by which a webhook's list of branches may match. */
  readonly branches: readonly string[];
  readonly body: string;
}

/** The events of a change, in the order in which they are sent. They depend on the change alone. */
export function eventsOf(change: BranchChange): WebhookEvent[] {
  const about = { branch_id: change.branch.id, branch_name: change.branch.name };
  const { scn } = change;
  switch (change.kind) {
    case "created": {
      const source = { source_branch: change.parent?.name ?? null, source_branch_id: change.parent?.id ?? null };
      return made(change, [["branch.created", { ...about, ...source, undeleted: change.undeleted, scn }]]);
    }
    case "deleted":
      return made(change, [["branch.deleted", { ...about, scn }]]);
    case "protected":
      return made(change, [["branch.protected", { ...about, is_protected: change.isProtected, scn }]]);
    case "reset": {
      const { author, message } = change;
      const data = {
        ...about,
        ...unknownCounts,
        scn,
        commit_type: "reset",
        reset_to_scn: change.toScn,
        author,
        message,
      };
      return made(change, [["branch.data_changed", data]]);
    }
    case "committed":
      return committed(change, about);
  }
}

/** A reset replaces the whole state of a branch, and counts no rows. */
const unknownCounts = { table: null, inserted: null, updated: null, deleted: null };

type Data = readonly [event: WebhookEventName, data: object];

function committed(change: Extract<BranchChange, { kind: "committed" }>, about: object): WebhookEvent[] {
  const { scn, author, message, merged } = change;
  const source = merged && { source_branch: merged.name, source_branch_id: merged.id, source_scn: merged.scn };
  const tables = change.tables.map(({ table, inserted, updated, deleted }) => ({ table, inserted, updated, deleted }));
  const merge: Data[] = source
    ? [["branch.merged", { ...about, ...source, target_branch: change.branch.name, tables, scn, author, message }]]
    : [];
  const commit_type = COMMIT_TYPES[change.commit];
  const rows = (counts: TableChange): Data => [
    "branch.data_changed",
    { ...about, ...counts, scn, commit_type, ...source, author, message },
  ];
  return made(change, [...merge, ...tables.map(rows)]);
}

function made(change: BranchChange, all: readonly Data[]): WebhookEvent[] {
  const timestamp = formatMicros(change.timestamp);
  const merged = change.kind === "committed" ? change.merged?.name : null;
  const branches = merged ? [change.branch.name, merged] : [change.branch.name];
  return all.map(([event, data], index) => {
    const id = `evt_${change.branch.id.replace(/^br_/, "")}_${placeOf(change)}_${index}`;
    return { id, event, branches, body: JSON.stringify({ id, event, timestamp, data }) };
  });
}

/** Commits are identified by their SCN, which other changes don't have. */
function placeOf({ kind, scn, position }: BranchChange): string {
  return kind === "committed" ? `c${scn.toString(36)}` : `r${position.seq.toString(36)}`;
}
