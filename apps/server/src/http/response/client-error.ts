import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { MAX_HEADER_BYTES } from "../checks/url-limits.js";
import { requestId } from "../context/request-id.js";
import type { Surface } from "../surface/surface.js";

/** Responds to what is not HTTP at all, before there is a request to speak of. */
export function sendClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  surface: Pick<Surface, "advice" | "chooseFormat">,
): void {
  const isHandshake = /^(ERR_SSL_|ERR_TLS_|EPROTO$)/.test(error.code ?? "");
  if (isHandshake || error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const isTooLarge = error.code === "HPE_HEADER_OVERFLOW";
  const code = isTooLarge ? "HEADERS_TOO_LARGE" : "BAD_REQUEST";
  const message = isTooLarge
    ? `The URL and the headers are larger than ${MAX_HEADER_BYTES} bytes. ${surface.advice.longUrl}`
    : "The request is not well-formed HTTP.";
  const format = surface.chooseFormat({ method: "", url: "", headers: {} }, undefined);
  const meta = { requestId: requestId({ headers: {} }), elapsedMs: 0 };
  const presented = format.error({ code, message, data: {}, headers: {} }, undefined, meta);
  const body = JSON.stringify(presented.body);
  const head = [
    `HTTP/1.1 ${presented.status} ${STATUS_CODES[presented.status]}`,
    `content-type: ${format.contentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${meta.requestId}`,
    "vary: Accept",
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
