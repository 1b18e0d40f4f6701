import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import { ApiError } from "../../../errors/api-error.js";
import { refuseInexact } from "../../../schema/exact-json.js";

const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

/** A body as JSON, and nothing at all where it is empty. Throws ApiError. */
export function readJson(bytes: Buffer, headers: IncomingHttpHeaders): unknown {
  if (bytes.length === 0) return undefined;
  checkMediaType(headers["content-type"], headers["content-encoding"]);
  if (!isUtf8(bytes)) throw new ApiError("BAD_REQUEST", "The body is not valid UTF-8.");
  const text = bytes.toString("utf8");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the body; only the place is passed on.
    const place = /at position \d+/.exec((error as Error).message)?.[0];
    throw new ApiError("BAD_REQUEST", `The body is not valid JSON${place ? ` (${place})` : ""}.`);
  }
  refuseInexact(text, body);
  return body;
}

function checkMediaType(type: string | undefined, encoding: string | undefined): void {
  // As most clients send it.
  if (type === "application/json" && encoding === undefined) return;
  if (type === undefined || !JSON_TYPE.test(type)) {
    const given = type === undefined ? "none" : `'${type.slice(0, 100)}'`;
    throw new ApiError("UNSUPPORTED_MEDIA_TYPE", `Unsupported media type ${given}. Send the body as application/json.`);
  }
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") {
    throw new ApiError("UNSUPPORTED_MEDIA_TYPE", "Unsupported charset. Send the body in UTF-8.");
  }
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw new ApiError("UNSUPPORTED_MEDIA_TYPE", "Unsupported Content-Encoding. Send the body uncompressed.");
  }
}
