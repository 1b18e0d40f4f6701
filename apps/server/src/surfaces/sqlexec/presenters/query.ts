import { JsonText } from "../../../http/response/json-text.js";
import type { PresentedResult } from "../../../http/surface/response-format.js";
import type { StatementResult } from "../statement/outcome.js";

export function presentStatement({ outcome, ignored }: StatementResult): PresentedResult {
  const withheld = ignored.length === 0 ? undefined : { ignored_fields: ignored.join(", ") };
  if (outcome.kind === "affected") return { body: { affected_rows: outcome.affectedRows }, withheld };
  const { columns, json, total, truncated } = outcome;
  return { body: { columns, rows: new JsonText(json), total, truncated }, withheld };
}
