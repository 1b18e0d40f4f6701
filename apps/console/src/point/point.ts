import { fullTime, localInput } from "../util/time.js";

/** A point in time as it is typed: now, a commit by its number, or a time in the browser's zone. */
export interface TypedPoint {
  readonly kind: "now" | "commit" | "snapshot" | "time";
  /** Also of a snapshot: it names a commit's state. */
  readonly commit: string;
  readonly time: string;
}

/** The form that URLs and the API take; undefined for now, null for a text that is no point. */
export function pointOf({ kind, commit, time }: TypedPoint): string | undefined | null {
  if (kind === "now") return undefined;
  if (kind === "commit" || kind === "snapshot") return /^\d{1,15}$/.test(commit.trim()) ? `scn:${commit.trim()}` : null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

export function typedPoint(at: string | undefined): TypedPoint {
  const scn = scnOf(at);
  if (at === undefined) return { kind: "now", commit: "", time: "" };
  if (scn !== null) return { kind: "commit", commit: String(scn), time: "" };
  const date = new Date(at);
  return { kind: "time", commit: "", time: Number.isNaN(date.getTime()) ? "" : localInput(date) };
}

/** The number of a commit, where the point names one. */
export function scnOf(at: string | undefined): number | null {
  const found = /^scn:(\d{1,15})$/.exec(at ?? "")?.[1];
  return found === undefined ? null : Number(found);
}

/** For people. */
export function pointText(at: string | undefined): string {
  if (at === undefined) return "now";
  const scn = scnOf(at);
  if (scn !== null) return `commit ${scn}`;
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : fullTime(date);
}
