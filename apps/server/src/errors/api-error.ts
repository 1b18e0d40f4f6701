import { type ErrorData, type ErrorDetails, HeliosError } from "@heliosdb/port";
import { ERRORS, type ErrorCode } from "./error-table.js";

/** An error of HTTP or identity; the database's own errors are HeliosErrors. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly native: ErrorDetails["native"];
  readonly conflicts: ErrorDetails["conflicts"];

  constructor(
    readonly code: ErrorCode,
    message: string = ERRORS[code].message,
    readonly data: ErrorData = {},
    readonly headers: { readonly [name: string]: string } = {},
    { native, conflicts }: ErrorDetails = {},
  ) {
    super(message);
    this.native = native;
    this.conflicts = conflicts;
    // Errors are part of ordinary traffic, and nobody reads their stacks.
    this.stack = undefined;
  }
}

/** The parts of an error that a presenter gets. */
export interface ErrorReport extends ErrorDetails {
  readonly code: ErrorCode;
  readonly message: string;
  readonly data: ErrorData;
  readonly headers: { readonly [name: string]: string };
}

/** The report of a thrown value, or null for a bug, whose details must not be shown. */
export function reportOf(error: unknown): ErrorReport | null {
  if (error instanceof ApiError) return error;
  if (error instanceof HeliosError) {
    // A code from another version's process would have no row.
    if (!Object.hasOwn(ERRORS, error.code) || error.code === "INTERNAL_ERROR") return null;
    const { code, message, data, native, conflicts } = error;
    return { code, message, data, ...(native && { native }), ...(conflicts && { conflicts }), headers: {} };
  }
  // Nest wraps Fastify's refusals.
  return fromFastify(error) ?? fromFastify((error as { cause?: unknown } | null)?.cause);
}

/** Converts Fastify's own refusals by their code. Their bodies are never sent. */
function fromFastify(error: unknown): ErrorReport | null {
  const code = (error as { code?: unknown } | null)?.code;
  switch (code) {
    case "FST_ERR_BAD_URL":
      return new ApiError("BAD_REQUEST", "The path has malformed percent-encoding.");
    case "FST_ERR_MAX_PARAM_LENGTH":
      return new ApiError("BAD_REQUEST", "A segment of the path is too long.");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
    case "FST_ERR_CTP_INVALID_CONTENT_TYPE":
      return new ApiError("UNSUPPORTED_MEDIA_TYPE");
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new ApiError("BAD_REQUEST", "Content-Length doesn't match the length of the body.");
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new ApiError("PAYLOAD_TOO_LARGE");
    case "FST_ERR_NOT_FOUND":
      return new ApiError("ROUTE_NOT_FOUND");
    default:
      return null;
  }
}
