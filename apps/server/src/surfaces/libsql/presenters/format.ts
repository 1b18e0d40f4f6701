import { ERRORS } from "../../../errors/error-table.js";
import { JsonText } from "../../../http/response/json-text.js";
import type { ResponseFormat } from "../../../http/surface/response-format.js";
import type { WireValue } from "../protocol/wire-value.js";
import { wireCode } from "../run/error-codes.js";
import type { CursorResult, PipelineResult } from "../run/pipeline.service.js";

/** Exactly so: with a charset, clients drop an error's code and message. */
const JSON_TYPE = "application/json";
const TEXT_TYPE = "text/plain; charset=utf-8";

/** Some clients drop the last part of an address that has no slash behind it. */
const LOST = "This path doesn't exist. End the URL with a slash: …/hrana/<branch>/";

/** The one form of responses. */
export const FORMAT: ResponseFormat = {
  contentType: JSON_TYPE,
  rowForm: "arrays",
  rows: null,
  defaults: () => ({}),
  result(_operation, result) {
    if (typeof result === "string") return { contentType: TEXT_TYPE, body: new JsonText(result) };
    const done = result as PipelineResult | CursorResult;
    if (done.kind === "cursor") return { contentType: TEXT_TYPE, body: new JsonText(cursorLines(done)) };
    const { baton, results } = done;
    return { body: new JsonText(wireText({ baton, base_url: null, results })) };
  },
  error({ code, message, headers }) {
    const error = { message: code === "ROUTE_NOT_FOUND" ? LOST : message, code: wireCode(code) };
    // An ended stream is a mistake of the request to its clients.
    const status = code === "TRANSACTION_EXPIRED" ? 400 : ERRORS[code].status;
    return { status, headers, body: Buffer.from(JSON.stringify({ ...error, error })) };
  },
};

/** JSON has no infinite numbers; clients read one that is too large as infinite. */
function wireText(value: unknown): string {
  const found: number[] = [];
  const mark = "\u0000infinite";
  const text = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== "number" || Number.isFinite(part)) return part;
    found.push(part);
    return mark;
  });
  if (found.length === 0) return text;
  let at = 0;
  return text.replaceAll(JSON.stringify(mark), () => (found[at++]! > 0 ? "1e999" : "-1e999"));
}

/** One JSON on each line, the last line ended too. */
function cursorLines({ baton, batch }: CursorResult): string {
  const lines: object[] = [{ baton, base_url: null }];
  batch.step_results.forEach((result, step) => {
    const error = batch.step_errors[step];
    if (error) lines.push({ type: "step_error", step, error });
    if (!result) return;
    lines.push({ type: "step_begin", step, cols: result.cols });
    for (const row of result.rows as readonly (readonly WireValue[])[]) lines.push({ type: "row", row });
    const { affected_row_count, last_insert_rowid } = result;
    lines.push({ type: "step_end", affected_row_count, last_insert_rowid });
  });
  return lines.map((line) => `${wireText(line)}\n`).join("");
}
