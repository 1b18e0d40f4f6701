import type { components } from "../generated/schema.js";
import { BRAND, type HeliosDBError } from "./errors.js";

/** Every code of an error: the server's, and those of a call without a response of the server. */
export type ErrorCode = components["schemas"]["ErrorCode"] | "CONNECTION_FAILED" | "REQUEST_TIMEOUT" | "INVALID_ANSWER";

/**
 * Whether it is an error of a call; with codes, whether it has one of them. Unlike `instanceof`, it knows the errors of
 * other copies of this library.
 */
export function isHeliosDBError<C extends ErrorCode>(
  error: unknown,
  ...codes: readonly C[]
): error is HeliosDBError & { readonly code: C } {
  if (!(error instanceof Error) || !(BRAND in error)) return false;
  return codes.length === 0 || codes.includes((error as unknown as HeliosDBError).code as C);
}
