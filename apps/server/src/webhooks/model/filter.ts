import type { BranchChange, ChangePosition } from "@heliosdb/port";
import { fitsAny } from "../../util/glob.js";
import type { WebhookEvent, WebhookEventName } from "./event.js";

/** The events that a webhook wants, from a position of its database on. */
export interface WebhookFilter {
  readonly from: ChangePosition;
  readonly events: readonly WebhookEventName[];
  /** Globs of branch names. Empty means all. */
  readonly branches: readonly string[];
}

/** Maximum number of filters. Events under older ones are judged by the next. */
const MOST_FILTERS = 20;

/** The filter in force when a change happened. The oldest also applies to earlier changes. */
export function filterFor(filters: readonly WebhookFilter[], change: BranchChange): WebhookFilter {
  const since = ({ from }: WebhookFilter) =>
    change.kind === "committed" ? from.scn < change.scn : from.seq < change.position.seq;
  return filters.findLast(since) ?? filters[0]!;
}

export function wants(filter: WebhookFilter, { event, branches }: WebhookEvent): boolean {
  if (!filter.events.includes(event)) return false;
  if (filter.branches.length === 0) return true;
  return branches.some((name) => fitsAny(filter.branches, name));
}

export function withFilter(filters: readonly WebhookFilter[], next: WebhookFilter): readonly WebhookFilter[] {
  return [...filters, next].slice(-MOST_FILTERS);
}
