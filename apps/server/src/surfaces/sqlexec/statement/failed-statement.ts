import { HeliosError } from "@heliosdb/port";
import { ApiError } from "../../../errors/api-error.js";
import { ERRORS } from "../../../errors/error-table.js";

/** The texts of the document for a statement that failed: one that reads, and any other. */
export type FailureText = "query failed" | "execute failed";

/**
 * The error of a statement, which the response calls by one of two texts, whatever its cause. A lack of rights or of room
 * stays what it is, and so does a bug.
 */
export function failedStatement(error: unknown, text: FailureText): unknown {
  if (!(error instanceof HeliosError) && !(error instanceof ApiError)) return error;
  if (error.code === "FORBIDDEN" || ERRORS[error.code].status >= 500) return error;
  const { code, message, data, native } = error;
  return new ApiError(code, message, { ...data, response_text: text }, {}, { ...(native && { native }) });
}
