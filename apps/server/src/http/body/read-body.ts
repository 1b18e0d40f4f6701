import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ApiError } from "../../errors/api-error.js";
import { refuseInexact } from "../../schema/exact-json.js";
import type { CallRequest } from "../context/request-context.js";
import { operationOf } from "../response/respond.js";
import { DRAIN_BYTES } from "./drain.js";
import { Upload } from "./upload.js";

const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

type Done = (error: Error | null, body?: unknown) => void;

export interface BodyLimits {
  /** Of a JSON body. */
  readonly maxBodyBytes: number;
  /** Of a body that is a file. */
  readonly maxFileBytes: number;
}

/**
 * Reads bodies as /v1 takes them: JSON, bounded, and nothing at all where the body is empty. The body of an operation
 * that takes a file is passed on unread.
 */
export function installBodyParser(fastify: FastifyInstance, { maxBodyBytes, maxFileBytes }: BodyLimits): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser("*", (request, payload, done: Done) => {
    const types = operationOf(request as CallRequest)?.bodyTypes;
    if (types) acceptUpload(payload, types, maxFileBytes, done);
    else readBody(request, payload, maxBodyBytes, done);
  });
}

function acceptUpload(payload: IncomingMessage, types: readonly string[], maxBytes: number, done: Done): void {
  try {
    done(null, Upload.accept(payload, types, maxBytes));
  } catch (error) {
    done(error as Error);
  }
}

function readBody(request: FastifyRequest, payload: IncomingMessage, maxBytes: number, done: Done): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const finish: Done = (error, body) => {
    payload.off("data", onData).off("end", onEnd).off("error", onError).off("close", onClose);
    done(error, body);
  };
  const onData = (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBytes) {
      chunks.push(chunk);
    } else {
      chunks.length = 0;
      if (size > DRAIN_BYTES + maxBytes) {
        payload.resume();
        finish(tooLarge(maxBytes, { connection: "close" }));
      }
    }
  };
  const onEnd = () => {
    if (size > maxBytes) return finish(tooLarge(maxBytes));
    try {
      finish(null, parseBody(request, chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    } catch (error) {
      finish(error as Error);
    }
  };
  const onError = () => finish(new ApiError("BAD_REQUEST", "The body was cut off"));
  const onClose = () => finish(new ApiError("BAD_REQUEST", "The body was cut off"));
  payload.on("data", onData).on("end", onEnd).on("error", onError).on("close", onClose);
}

function parseBody(request: FastifyRequest, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  checkMediaType(request.headers["content-type"], request.headers["content-encoding"]);
  if (!isUtf8(bytes)) throw new ApiError("BAD_REQUEST", "The body is not UTF-8");
  const text = bytes.toString("utf8");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the body; only the place is passed on.
    const place = /at position \d+/.exec((error as Error).message)?.[0];
    throw new ApiError("BAD_REQUEST", `The body is not valid JSON${place ? ` (${place})` : ""}`);
  }
  refuseInexact(text, body);
  return body;
}

function checkMediaType(type: string | undefined, encoding: string | undefined): void {
  if (type === undefined || !JSON_TYPE.test(type)) {
    const given = type === undefined ? "none" : `'${type.slice(0, 100)}'`;
    throw new ApiError("UNSUPPORTED_MEDIA_TYPE", `Send the body as application/json; its Content-Type is ${given}`);
  }
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") {
    throw new ApiError("UNSUPPORTED_MEDIA_TYPE", "Send the body in UTF-8");
  }
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw new ApiError("UNSUPPORTED_MEDIA_TYPE", "Send the body uncompressed");
  }
}

function tooLarge(maxBytes: number, headers: { readonly [name: string]: string } = {}): ApiError {
  return new ApiError("PAYLOAD_TOO_LARGE", `The body is larger than ${maxBytes} bytes`, {}, headers);
}
