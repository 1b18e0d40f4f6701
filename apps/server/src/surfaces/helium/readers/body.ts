import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import { ApiError } from "../../../errors/api-error.js";
import { refuseInexact } from "../../../schema/exact-json.js";
import { readQueryString } from "./query-string.js";

const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** A body as JSON, or as a form, which is what curl sends. Throws ApiError. */
export function readBody(
  bytes: Buffer,
  { "content-type": type = "", "content-encoding": encoding }: IncomingHttpHeaders,
) {
  if (bytes.length === 0) return undefined;
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw new ApiError("UNSUPPORTED_MEDIA_TYPE", "Unsupported Content-Encoding. Send the body uncompressed.");
  }
  const isForm = FORM_TYPE.test(type);
  if (!isForm && !JSON_TYPE.test(type)) {
    throw new ApiError("UNSUPPORTED_MEDIA_TYPE", "Unsupported media type. Send the body as JSON or as a form.");
  }
  if (!isUtf8(bytes)) throw new ApiError("BAD_REQUEST", "The body is not valid UTF-8.");
  const text = bytes.toString("utf8");
  return isForm ? readQueryString(text, "form") : readJson(text, "The body is not valid JSON.");
}

/** A text as JSON whose numbers and strings are kept exactly. Throws ApiError. */
export function readJson(text: string, message: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError("BAD_REQUEST", message);
  }
  refuseInexact(text, value);
  return value;
}
