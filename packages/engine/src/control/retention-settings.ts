import { HeliosError, type Retention } from "@heliosdb/port";
import type { MetaDb } from "../meta/meta-db.js";

const DAY = 86_400_000;
export const DEFAULT_RETENTION: Retention = { historyMs: 30 * DAY, historyBytes: null, deletedMs: 7 * DAY };

/** In meta.db -1 means "unlimited", since null means "not set". */
const UNLIMITED = -1;
const NAMES = {
  historyMs: "retention_ms",
  historyBytes: "retention_bytes",
  deletedMs: "retention_deleted_ms",
} as const;

/** The database's own settings, otherwise the server's. */
export function readRetention(meta: MetaDb, defaults: Retention): Retention {
  const limit = (name: keyof typeof NAMES) => {
    const stored = meta.get(NAMES[name]);
    return stored === undefined ? defaults[name] : stored === UNLIMITED ? null : stored;
  };
  return {
    historyMs: limit("historyMs"),
    historyBytes: limit("historyBytes"),
    deletedMs: limit("deletedMs") ?? defaults.deletedMs,
  };
}

export function changeRetention(meta: MetaDb, change: Partial<Retention>, defaults: Retention): Retention {
  for (const name of Object.keys(NAMES) as (keyof typeof NAMES)[]) {
    const value = change[name];
    if (value === undefined) continue;
    if (value !== null && (!Number.isSafeInteger(value) || value < 0)) {
      throw new HeliosError(
        "INVALID_FIELD",
        `Invalid retention. ${name} must be an integer of 0 or more, or null for no limit.`,
      );
    }
    if (value === null && name === "deletedMs") {
      throw new HeliosError(
        "INVALID_FIELD",
        "Invalid retention. deletedMs must be an integer: deleted branches can't be kept without a limit.",
      );
    }
    meta.set(NAMES[name], value ?? UNLIMITED);
  }
  return readRetention(meta, defaults);
}
