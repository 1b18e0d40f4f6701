import { InvalidArgumentError } from "commander";

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of an age such as `12h` or `30d`. */
export function seconds(text: string): number {
  const found = secondsOrNull(text);
  if (found === null) throw new InvalidArgumentError("Expected a number with s, m, h, d or w, such as 12h or 30d.");
  return found;
}

export function secondsOrNull(text: string): number | null {
  const [, digits, unit = ""] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  return digits === undefined ? null : Number(digits) * SECONDS[unit]!;
}

/** The inverse of `seconds`, in the largest exact unit. */
export function durationText(age: number): string {
  const unit = (["d", "h", "m"] as const).find((name) => age > 0 && age % SECONDS[name]! === 0) ?? "s";
  return `${age / SECONDS[unit]!}${unit}`;
}
