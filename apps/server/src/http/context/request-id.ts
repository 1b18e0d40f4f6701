import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

const GIVEN = /^[A-Za-z0-9._-]{1,64}$/;
const process = randomBytes(4).toString("hex");
let count = 0;

/** The id of a request: the caller's own `X-Request-Id` where it is harmless, else a new one. */
export function requestId(request: Pick<IncomingMessage, "headers">): string {
  const given = request.headers["x-request-id"];
  if (typeof given === "string" && GIVEN.test(given)) return given;
  count = (count + 1) % Number.MAX_SAFE_INTEGER;
  return `req_${process}${count.toString(36).padStart(4, "0")}`;
}
