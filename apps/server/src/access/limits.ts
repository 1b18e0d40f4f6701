/** The parts of a database that a credential sees. Null means all. */
export interface Limits {
  /** Globs of branch names; see util/glob.ts. */
  readonly branches: readonly string[] | null;
  /** Names of tables, regardless of letter case. */
  readonly tables: readonly string[] | null;
}

export const UNLIMITED: Limits = { branches: null, tables: null };
