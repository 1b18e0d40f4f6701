/**
 * How much the acceptance tests do. By default little, so that the whole suite stays short; `HELIOS_E2E=full` is what is
 * run before a release.
 */
const full = process.env.HELIOS_E2E === "full";

export const LIMITS = {
  mixedLoadMs: full ? 30_000 : 5_000,
  sampledPoints: full ? 100 : 40,
  killRounds: full ? 20 : 3,
  bigDatabaseBytes: 200_000_000,
  pointQueries: 50,
} as const;
