import type { Socket } from "node:net";
import { ERRORS } from "../errors/error-table.js";
import { PRESENTERS } from "../presenters/index.js";
import type { DialectNegotiator } from "./dialect.js";
import { requestId } from "./request-id.js";

/** Answers what is no HTTP at all, before there is a request to speak of. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket, negotiator: DialectNegotiator): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const message =
    error.code === "HPE_HEADER_OVERFLOW" ? "The headers are too large" : "The request is no well-formed HTTP";
  const { dialect, contentType } = negotiator.choose(undefined);
  const report = { code: "BAD_REQUEST" as const, message, data: {}, headers: {} };
  const { status } = ERRORS.BAD_REQUEST;
  const context = { requestId: requestId({ headers: {} }), elapsedMs: 0 };
  const body = JSON.stringify(PRESENTERS[dialect].error(report, status as number, context));
  const head = [
    `HTTP/1.1 ${String(status)} Bad Request`,
    `content-type: ${contentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${context.requestId}`,
    "vary: Accept",
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
