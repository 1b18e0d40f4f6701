import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { ERRORS } from "../../errors/error-table.js";
import type { DialectNegotiator } from "../../surfaces/v1/formats/negotiate.js";
import { PRESENTERS } from "../../surfaces/v1/formats/presenters.js";
import { MAX_HEADER_BYTES, POST_INSTEAD } from "../checks/url-limits.js";
import { requestId } from "../context/request-id.js";

/** Answers what is no HTTP at all, before there is a request to speak of. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket, negotiator: DialectNegotiator): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const isTooLarge = error.code === "HPE_HEADER_OVERFLOW";
  const code = isTooLarge ? "HEADERS_TOO_LARGE" : "BAD_REQUEST";
  const message = isTooLarge
    ? `The URL and the headers come to more than ${MAX_HEADER_BYTES} bytes. ${POST_INSTEAD}`
    : "The request is no well-formed HTTP";
  const { dialect, contentType } = negotiator.choose(undefined);
  const report = { code, message, data: {}, headers: {} } as const;
  const { status } = ERRORS[code];
  const context = { requestId: requestId({ headers: {} }), elapsedMs: 0 };
  const body = JSON.stringify(PRESENTERS[dialect].error(report, status as number, context));
  const head = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status as number]}`,
    `content-type: ${contentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${context.requestId}`,
    "vary: Accept",
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
