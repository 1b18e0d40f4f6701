import type { Retention } from "@heliosdb/port";
import { ConfigError } from "./option.js";

const MS: { readonly [unit: string]: number } = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const BYTES: { readonly [unit: string]: number } = {
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

export const DEFAULT_RETENTION: Retention = { historyMs: 30 * MS.d!, historyBytes: null, deletedMs: 7 * MS.d! };

/** `30d`, `12h`, `10GB`, `30d,10GB` or `forever`. */
export function parseRetention(text: string): Retention {
  const kept = { historyMs: null as number | null, historyBytes: null as number | null };
  const words = text
    .toLowerCase()
    .split(",")
    .map((word) => word.trim());
  if (words.length === 1 && words[0] === "forever") return { ...DEFAULT_RETENTION, ...kept };
  for (const word of words) {
    const [, digits, unit = ""] = /^([1-9]\d{0,8})\s*([a-z]+)$/.exec(word) ?? [];
    const name = Object.hasOwn(MS, unit) ? "historyMs" : Object.hasOwn(BYTES, unit) ? "historyBytes" : null;
    if (digits === undefined || name === null || kept[name] !== null) {
      throw new ConfigError("must be an age such as 30d or 12h, a size such as 10GB, both (30d,10GB), or forever");
    }
    kept[name] = Number(digits) * (MS[unit] ?? BYTES[unit]!);
  }
  return { ...DEFAULT_RETENTION, ...kept };
}
