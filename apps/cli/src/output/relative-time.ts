const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** How long ago a time was, or how far ahead it is, in the largest whole unit: "3 hours ago", "in 2 days". */
export function relativeTime(time: Date, now = Date.now()): string {
  const seconds = (time.getTime() - now) / 1000;
  for (const [unit, size] of UNITS) {
    const count = Math.trunc(seconds / size);
    if (count !== 0) return words.format(count, unit);
  }
  return seconds <= 0 ? "just now" : "in less than a minute";
}
