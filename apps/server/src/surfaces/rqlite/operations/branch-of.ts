import type { RequestInput } from "../../../http/context/request-context.js";
import type { Subject } from "../../../http/surface/operation.js";
import type { Parameters } from "../parameters/parameters.js";

/** The branch that a request names, for the audit log. */
export function branchOf(_params: unknown, input: RequestInput | null): Subject {
  return { branch: input && (input.query as Parameters).branch, object: null };
}
