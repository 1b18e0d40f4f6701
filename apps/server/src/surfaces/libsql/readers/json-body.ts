import { isUtf8 } from "node:buffer";
import { ApiError } from "../../../errors/api-error.js";

/** A body as JSON, whatever its media type is called: some clients send none. Throws BAD_REQUEST. */
export function readJsonBody(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new ApiError("BAD_REQUEST", "The body is not valid UTF-8.");
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    // The message of the engine quotes the body.
    throw new ApiError("BAD_REQUEST", "The body is not valid JSON.");
  }
}
