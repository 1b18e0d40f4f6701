import type { ResponseFormat } from "../../../http/surface/response-format.js";
import type { StatementResult } from "../statement/outcome.js";
import { presentedText } from "./error-texts.js";
import { presentStatement } from "./query.js";
import { reasonOf } from "./reason.js";

/** The one form of responses. */
export const FORMAT: ResponseFormat = {
  contentType: "application/json",
  rowForm: "arrays",
  rows: null,
  defaults: () => ({}),
  result: ({ access }, result) =>
    access === "public" ? { body: result } : presentStatement(result as StatementResult),
  error(report, operation) {
    const { status, text } = presentedText(report, Boolean(operation?.body));
    // Why a credential was refused is nobody's business, and the access log tells that it was.
    const withheld = status === 400 ? reasonOf(report) : undefined;
    return { status, headers: {}, body: { error: text, code: status }, withheld };
  },
};
