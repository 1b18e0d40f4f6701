/** Fields of a request that can be sent again without taking effect twice. */
export interface Repeatable {
  /** A retry with the same id returns the first outcome instead of doing it twice. */
  readonly requestId?: string;
  /**
   * How long the outcome is kept: `short` for the newest 2,000 changes of the database, `long` for 20,000, so that a
   * request can be repeated even after everything was restarted. Default short. A retry must have the same value.
   */
  readonly remembered?: "short" | "long";
}
