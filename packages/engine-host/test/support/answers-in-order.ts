/** A request that was sent and answered. Times are of one clock. */
export interface Answered<K extends string> {
  readonly kind: K;
  readonly sent: number;
  readonly answered: number;
  readonly answer: string;
}

/** What requests do when they come one after the other. */
export interface Model<K extends string, S> {
  /** The states in which a request may leave the model with that answer. Empty: it can't answer that. */
  after(state: S, request: Answered<K>): readonly S[];
  /** The states that it may get into by itself, at any time. */
  byItself(state: S): readonly S[];
}

/**
 * Whether some order of the requests gives all their answers, and ends in a state that is right. A request that was
 * answered before another one was sent comes before it.
 */
export function isOrder<K extends string, S>(
  requests: readonly Answered<K>[],
  model: Model<K, S>,
  state: S,
  isRight: (state: S) => boolean,
): boolean {
  if (requests.length === 0 && isRight(state)) return true;
  const firstAnswer = Math.min(...requests.map(({ answered }) => answered));
  for (const next of requests) {
    if (next.sent > firstAnswer) continue;
    const rest = requests.filter((request) => request !== next);
    if (model.after(state, next).some((then) => isOrder(rest, model, then, isRight))) return true;
  }
  return model.byItself(state).some((then) => isOrder(requests, model, then, isRight));
}
