import { JsonText } from "../../../http/response/json-text.js";
import type { ResponseFormat } from "../../../http/surface/response-format.js";
import { type Form, formOf } from "../parameters/parameters.js";
import type { Outcomes } from "../statements/outcome.js";
import { presentError, TEXT_TYPE } from "./errors.js";
import { outcomesText } from "./outcomes.js";

const JSON_TYPE = "application/json; charset=utf-8";
/** The operation whose result rqlite sends as text. */
const TEXT_RESULT = "rqliteLoad";

const FORMATS = new Map<string, ResponseFormat>();

/** The format that a URL asks for. */
export function formatOf(url: string): ResponseFormat {
  const form = formOf(url);
  const name = Object.values(form).join();
  let format = FORMATS.get(name);
  if (!format) {
    format = made(form);
    FORMATS.set(name, format);
  }
  return format;
}

function made(form: Form): ResponseFormat {
  return {
    contentType: JSON_TYPE,
    rowForm: "arrays",
    rows: null,
    defaults: () => ({}),
    result: ({ id }, result, { elapsedMs }) => ({
      ...(id === TEXT_RESULT && { contentType: TEXT_TYPE }),
      body: new JsonText(outcomesText(result as Outcomes, form, elapsedMs)),
    }),
    error: presentError,
  };
}
