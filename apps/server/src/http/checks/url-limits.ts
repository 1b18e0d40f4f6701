import { ApiError } from "../../errors/api-error.js";

/** Characters of a URL: the longest filter has room in it, however it is encoded. */
export const MAX_URL = 64 * 1024;
/** Bytes of the request line and the headers together. Node reads no more of a request. */
export const MAX_HEADER_BYTES = 128 * 1024;

export const POST_INSTEAD =
  "Send a long condition in a body instead: POST /v1/branches/{branch}/query takes SQL with parameters";

export function refuseLongUrl(url: string): void {
  if (url.length <= MAX_URL) return;
  throw new ApiError(
    "URL_TOO_LONG",
    `The URL has ${url.length} characters, and at most ${MAX_URL} are read. ${POST_INSTEAD}`,
  );
}
