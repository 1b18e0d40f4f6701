/** The parts of a database that a credential sees. Null: all. */
export interface Limits {
  /** Globs of names of branches; see util/glob.ts. */
  readonly branches: readonly string[] | null;
  /** Names of tables, whatever their letter case. */
  readonly tables: readonly string[] | null;
}

export const UNLIMITED: Limits = { branches: null, tables: null };
