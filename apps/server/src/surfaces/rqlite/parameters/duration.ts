const UNIT_MS: { readonly [unit: string]: number } = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
/** The longest duration that 64 bits hold in nanoseconds. */
const LONGEST_MS = 2 ** 63 / 1e6;

/** Milliseconds of a duration as Go writes it (`1.5s`, `2m`, `1h30m`), or null for any other text. */
export function readDuration(text: string): number | null {
  const unsigned = text.replace(/^[+-]/, "");
  if (unsigned === "0") return 0;
  if (unsigned === "" || unsigned.replace(PART, "") !== "") return null;
  let ms = 0;
  for (const [, number, unit] of unsigned.matchAll(PART)) ms += Number(number) * UNIT_MS[unit!]!;
  if (ms >= LONGEST_MS) return null;
  return text.startsWith("-") ? -ms : ms;
}
