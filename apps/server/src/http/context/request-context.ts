/** The checked values of a request, as its operation declares them. */
export interface RequestInput<P = unknown, Q = unknown, B = unknown> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
}

/**
 * The facts about a request while it is served. It imports nothing: each stage adds the fields that it owns by
 * declaration merging, beside its own code.
 */
export interface RequestContext {
  /** `performance.now()` when the request arrived. */
  readonly startedAt: number;
  /** Called when the request is over, or its client has gone away. */
  onClose: (() => void) | null;
  /** Milliseconds that the database took for the request, where that is not all the time until it is over. */
  workedMs: (() => number) | null;
  /** Null until the request has been validated. */
  input: RequestInput | null;
}
