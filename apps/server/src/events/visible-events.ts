import type { BranchChange } from "@heliosdb/port";
import { fitsAny } from "../util/glob.js";
import { eventsOf, type WebhookEvent, type WebhookEventName } from "../webhooks/model/event.js";

/** What a stream wants, and what its caller may see; globs of branch names, null for all. */
export interface EventFilter {
  readonly events: readonly WebhookEventName[] | null;
  readonly branches: readonly string[] | null;
  readonly visible: readonly string[] | null;
}

/**
 * The events of a change in their places; null for one that the stream doesn't get. No event names a branch that its
 * caller can't see.
 */
export function visibleEvents(change: BranchChange, filter: EventFilter): readonly (WebhookEvent | null)[] {
  return eventsOf(change).map((event) => visible(event, change, filter));
}

/** Whether the caller may know of the branch. */
export function isVisible({ branch }: BranchChange, { visible }: EventFilter): boolean {
  return visible === null || fitsAny(visible, branch.name);
}

function visible(event: WebhookEvent, change: BranchChange, filter: EventFilter): WebhookEvent | null {
  const sees = (name: string) => filter.visible === null || fitsAny(filter.visible, name);
  if (!isVisible(change, filter)) return null;
  const source = sourceOf(change);
  const isHidden = source !== null && (source.name === null ? filter.visible !== null : !sees(source.name));
  if (isHidden && event.event === "branch.merged") return null;
  if (filter.events && !filter.events.includes(event.event)) return null;
  const named = event.branches.filter(sees);
  if (filter.branches && !named.some((name) => fitsAny(filter.branches!, name))) return null;
  return isHidden ? { ...event, branches: named, body: withoutSource(event.body) } : event;
}

/** The other branch that an event would name. */
function sourceOf(change: BranchChange): { readonly name: string | null } | null {
  if (change.kind === "created") return change.parent;
  return change.kind === "committed" ? change.merged : null;
}

function withoutSource(body: string): string {
  const { data, ...event } = JSON.parse(body) as { readonly data: Readonly<Record<string, unknown>> };
  const hidden = Object.keys(data).filter((name) => name.startsWith("source_"));
  return JSON.stringify({ ...event, data: { ...data, ...Object.fromEntries(hidden.map((name) => [name, null])) } });
}
