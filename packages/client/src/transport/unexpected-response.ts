import { ConnectionError, type HeliosDBErrorInfo } from "./errors.js";

/** The parts of a response that tell where it may have come from. */
export interface ForeignResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/**
 * A response that is not the server's, or only a part of it: a proxy's page, a login form, another server's JSON. `code`
 * is `INVALID_ANSWER`, `status` that of the response; `details` have its `content_type` and the `beginning` of its body.
 */
export class UnexpectedResponseError extends ConnectionError {
  override readonly name = "UnexpectedResponseError";
  override readonly status: number;
  override readonly details: HeliosDBErrorInfo["details"];
  override readonly retryAfter: number | undefined;

  constructor(message: string, { status, headers }: ForeignResponse, body?: string, cause?: unknown) {
    super(message, "INVALID_ANSWER", cause);
    this.status = status;
    const contentType = headers.get("content-type");
    this.details = {
      ...(contentType !== null && { content_type: contentType }),
      ...(body !== undefined && { beginning: body.slice(0, 200) }),
    };
    this.retryAfter = retryAfterSeconds(headers);
  }
}

/** Seconds of a Retry-After header, in either notation. */
export function retryAfterSeconds(headers: ForeignResponse["headers"]): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const until = Date.parse(text);
  return Number.isNaN(until) ? undefined : Math.max(0, Math.ceil((until - Date.now()) / 1000));
}
