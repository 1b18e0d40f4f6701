const STEPS: readonly (readonly [seconds: number, unit: Intl.RelativeTimeFormatUnit])[] = [
  [31_536_000, "year"],
  [2_592_000, "month"],
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
];
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const CLOCK_SECONDS = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** `3 minutes ago`, `in 2 days`, `just now`. */
export function ago(date: Date, now = Date.now()): string {
  const seconds = (date.getTime() - now) / 1000;
  for (const [size, unit] of STEPS) {
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.trunc(seconds / size), unit);
  }
  return seconds > 30 ? "in less than a minute" : "just now";
}

export function fullTime(date: Date): string {
  return FULL.format(date);
}

/** As short as it can be told from others that are so many milliseconds away. */
export function tickTime(date: Date, span: number): string {
  if (span > 18 * 3_600_000) return DAY.format(date);
  return span > 90_000 ? CLOCK.format(date) : CLOCK_SECONDS.format(date);
}

/** The day and the time of it. */
export function shortTime(date: Date): string {
  return `${DAY.format(date)} ${CLOCK_SECONDS.format(date)}`;
}

/** The value of an `<input type="datetime-local">`, in the browser's time zone. */
export function localInput(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
