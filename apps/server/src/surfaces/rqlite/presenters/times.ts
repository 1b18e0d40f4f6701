/** Types of columns whose values are times. */
const TIME_TYPES: ReadonlySet<string> = new Set(["date", "datetime", "timestamp"]);
const TIME = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?(?:([+-])(\d{2}):(\d{2}))?)?)?$/;
/** Stands for a text that is no time. */
const ZERO = "0001-01-01T00:00:00Z";
/** Larger numbers are milliseconds. */
const MOST_SECONDS = 1_000_000_000_000n;
/** Seconds of the years 0 to 9999. */
const [FIRST, LAST] = [-62_167_219_200n, 253_402_300_799n];

export function isTimeType(declared: string): boolean {
  return TIME_TYPES.has(declared);
}

/** A stored text as RFC 3339. */
export function timeOfText(stored: string): string {
  const match = TIME.exec(stored.endsWith("Z") ? stored.slice(0, -1) : stored);
  if (!match) return ZERO;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", sign, offHour, offMinute] =
    match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return ZERO;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return ZERO;
  if (sign !== undefined && (Number(offHour) > 24 || Number(offMinute) > 59)) return ZERO;
  const isUtc = sign === undefined || (Number(offHour) === 0 && Number(offMinute) === 0);
  const zone = isUtc ? "Z" : `${sign}${offHour}:${offMinute}`;
  return `${year}-${month}-${day}T${hour.padStart(2, "0")}:${minute}:${second}${part(fraction.slice(0, 9))}${zone}`;
}

/** Seconds or milliseconds since 1970 as RFC 3339; null where the year has more than four digits. */
export function timeOfInteger(stored: bigint): string | null {
  const isMillis = stored > MOST_SECONDS || stored < -MOST_SECONDS;
  const millis = isMillis ? stored : stored * 1000n;
  if (millis < FIRST * 1000n || millis > LAST * 1000n + 999n) return null;
  const text = new Date(Number(millis)).toISOString();
  return `${text.slice(0, 19)}${part(text.slice(20, 23))}Z`;
}

/** A fraction of a second without zeros at its end. */
function part(digits: string): string {
  const kept = digits.replace(/0+$/, "");
  return kept === "" ? "" : `.${kept}`;
}
