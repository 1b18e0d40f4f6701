import type { ErrorReport } from "../../../errors/api-error.js";
import { ERRORS } from "../../../errors/error-table.js";

/** The texts by status, where an error has none by itself. None tells a cause. */
export const TEXTS: { readonly [status: number]: string } = {
  400: "bad request",
  401: "unauthorized",
  403: "forbidden",
  404: "not found",
  405: "method not allowed",
  409: "conflict",
  413: "request body too large",
  414: "request uri too long",
  415: "unsupported media type",
  422: "unprocessable request",
  429: "rate limited",
  431: "request headers too large",
  500: "internal server error",
  501: "not implemented",
  503: "service unavailable",
};

export const INVALID_BODY = "invalid request body";

/** The response's text for an error. A failed statement is a 400, whatever its cause. */
export function presentedText({ code, data }: ErrorReport, takesBody: boolean): { status: number; text: string } {
  if (typeof data.response_text === "string") return { status: 400, text: data.response_text };
  const { status } = ERRORS[code];
  if (code === "BAD_REQUEST" && takesBody) return { status, text: INVALID_BODY };
  return { status, text: TEXTS[status] ?? "request failed" };
}
