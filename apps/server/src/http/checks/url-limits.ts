import { ApiError } from "../../errors/api-error.js";

/** Characters of a URL: the longest filter has room in it, however it is encoded. */
export const MAX_URL = 64 * 1024;
/** Bytes of the request line and the headers together. Node reads no more of a request. */
export const MAX_HEADER_BYTES = 128 * 1024;

/** @param advice what to do instead */
export function refuseLongUrl(url: string, advice: string): void {
  if (url.length <= MAX_URL) return;
  throw new ApiError(
    "URL_TOO_LONG",
    `The URL is too long: ${url.length} characters. Expected at most ${MAX_URL}. ${advice}`,
  );
}
