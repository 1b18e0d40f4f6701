import type { Caller } from "../../../auth/caller.js";
import type { Condition, Step } from "../readers/requests.js";
import type { Stream } from "../streams/stream.js";
import { type WireError, wireError } from "./error-codes.js";
import type { StatementResult } from "./result.js";
import type { StatementRunner } from "./statement-runner.js";

/** Each list is as long as the batch; both have null for a step that was skipped. */
export interface BatchResult {
  readonly step_results: readonly (StatementResult | null)[];
  readonly step_errors: readonly (WireError | null)[];
  readonly replication_index: null;
}

/** Runs the steps of a batch whose conditions hold, in order. */
export async function runBatch(
  runner: StatementRunner,
  caller: Caller,
  stream: Stream,
  steps: readonly Step[],
): Promise<BatchResult> {
  const results: (StatementResult | null)[] = [];
  const errors: (WireError | null)[] = [];
  const holds = (condition: Condition): boolean => {
    switch (condition.type) {
      case "ok":
        return results[condition.step] !== null;
      case "error":
        return errors[condition.step] !== null;
      case "not":
        return !holds(condition.cond);
      case "and":
        return condition.conds.every(holds);
      case "or":
        return condition.conds.some(holds);
      case "is_autocommit":
        return stream.isAutocommit;
    }
  };
  for (const { condition, stmt } of steps) {
    let [result, error]: [StatementResult | null, WireError | null] = [null, null];
    if (condition === null || holds(condition)) {
      try {
        result = await runner.execute(caller, stream, stmt);
      } catch (thrown) {
        error = wireError(thrown);
      }
    }
    results.push(result);
    errors.push(error);
  }
  return { step_results: results, step_errors: errors, replication_index: null };
}
