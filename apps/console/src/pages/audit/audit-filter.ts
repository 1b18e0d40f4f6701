import type { AuditFilter } from "@heliosdb/client";

/** As the URL has it. */
export const AUDIT_FIELDS = [
  "from",
  "until",
  "user",
  "key",
  "operation",
  "branch",
  "outcome",
  "traceId",
  "requestId",
] as const;
export type AuditField = (typeof AUDIT_FIELDS)[number];
export type AuditSearch = { readonly [F in AuditField]?: string };

/** What the API takes; times that are none are left out. */
export function auditFilter({ from, until, outcome, ...texts }: AuditSearch): AuditFilter {
  const [begin, end] = [dateOf(from), dateOf(until)];
  return {
    ...texts,
    ...(begin && { from: begin }),
    ...(end && { until: end }),
    ...((outcome === "done" || outcome === "refused") && { outcome }),
  };
}

export function dateOf(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Fields without a place in the form: they come from links, and are shown beside it where they are set. */
export const CHIPS: readonly (readonly [field: AuditField, label: string])[] = [
  ["traceId", "Trace"],
  ["requestId", "Request"],
];
