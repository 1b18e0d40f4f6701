/**
 * How much the acceptance tests do. By default little, so that the whole suite stays short; `HELIOS_E2E=full` is what is
 * run before a release.
 */
export const FULL = process.env.HELIOS_E2E === "full";

export const LIMITS = {
  mixedLoadMs: FULL ? 30_000 : 5_000,
  sampledPoints: FULL ? 100 : 40,
  killRounds: FULL ? 20 : 3,
  importedRows: FULL ? 1_000_000 : 40_000,
  importKills: FULL ? 10 : 3,
  roundTrips: FULL ? 100 : 4,
  bigDatabaseBytes: 200_000_000,
  pointQueries: 50,
} as const;
