import type { ChangePosition } from "@heliosdb/port";

/** A position within the changes of one branch. */
export interface BranchPosition {
  readonly branch: string;
  readonly at: ChangePosition;
  /** Number of events of the next change that were sent. */
  readonly part: number;
}

/**
 * A position in the changes of a database. Changes are read window by window, and those of a window branch by branch, in
 * the order of their ids.
 */
export interface EventPosition {
  /** Everything up to here was sent, of all branches. */
  readonly base: ChangePosition;
  /** The window that was being read, and how far; null between two of them. */
  readonly window: { readonly head: ChangePosition; readonly reached: BranchPosition } | null;
}

const FORM = /^(\d+)\.(\d+)(?:-(\d+)\.(\d+)-(br_[a-z0-9]{1,32})-(\d+)\.(\d+)-(\d+))?$/;
/** No longer id was ever given out. */
const LONGEST = 300;

/** The position as the id of an event. */
export function writePosition({ base, window }: EventPosition): string {
  const start = pair(base);
  if (window === null) return start;
  const { head, reached } = window;
  return `${start}-${pair(head)}-${reached.branch}-${pair(reached.at)}-${reached.part}`;
}

/** Null for a text that was never given out. */
export function readPosition(text: string): EventPosition | null {
  const match = text.length > LONGEST ? null : FORM.exec(text);
  if (!match) return null;
  const [seq, scn, headSeq, headScn, branch, atSeq, atScn, part] = match.slice(1);
  const numbers = [seq, scn, headSeq, headScn, atSeq, atScn, part].map((digits) => Number(digits ?? 0));
  if (!numbers.every(Number.isSafeInteger)) return null;
  const base = { seq: numbers[0]!, scn: numbers[1]! };
  if (branch === undefined) return { base, window: null };
  const reached = { branch, at: { seq: numbers[4]!, scn: numbers[5]! }, part: numbers[6]! };
  return { base, window: { head: { seq: numbers[2]!, scn: numbers[3]! }, reached } };
}

function pair({ seq, scn }: ChangePosition): string {
  return `${seq}.${scn}`;
}
