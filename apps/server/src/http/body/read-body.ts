import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import { ApiError } from "../../errors/api-error.js";
import type { HttpRequest } from "../context/http-request.js";
import { operationOf } from "../surface/route.js";
import { type BodyBudget, COUNTED_BODY } from "./body-budget.js";
import { DRAIN_BYTES } from "./drain.js";
import { Upload } from "./upload.js";

type Done = (error: Error | null, body?: unknown) => void;

export interface BodyLimits {
  /** Of a body that is held in memory. */
  readonly maxBodyBytes: number;
  /** Of a body that is a file. */
  readonly maxFileBytes: number;
  /** Of all bodies that are held in memory. */
  readonly budget: BodyBudget;
}

/**
 * Reads bodies, bounded, and has the surface make values of them. The body of an operation that takes a file is passed on
 * unread.
 */
export function installBodyParser(fastify: FastifyInstance, limits: BodyLimits): void {
  const { maxFileBytes } = limits;
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser("*", (request, payload, done: Done) => {
    const types = operationOf(request as HttpRequest)?.bodyTypes;
    if (types) acceptUpload(payload, types, maxFileBytes, done);
    else readBody(request as HttpRequest, payload, limits, done);
  });
}

function acceptUpload(payload: IncomingMessage, types: readonly string[], maxBytes: number, done: Done): void {
  try {
    done(null, Upload.accept(payload, types, maxBytes));
  } catch (error) {
    done(error as Error);
  }
}

function readBody(
  request: HttpRequest,
  payload: IncomingMessage,
  { maxBodyBytes: maxBytes, budget }: BodyLimits,
  done: Done,
): void {
  const { requestContext: context } = request;
  const { surface, unverified } = context;
  const chunks: Buffer[] = [];
  let size = 0;
  // The listeners stay: taking them off again would cost as much as reading a small body.
  let isDone = false;
  let hasEnded = false;
  const finish: Done = (error, body) => {
    if (isDone) return;
    isDone = true;
    chunks.length = 0;
    done(error, body);
  };
  const refuse = (error: Error) => {
    chunks.length = 0;
    context.heldBody?.end();
    payload.resume();
    finish(error);
  };
  const hold = (bytes: number) => {
    context.heldBody ??= budget.hold(context.identity?.tenantId ?? "");
    context.heldBody.add(bytes);
  };
  const onData = (chunk: Buffer) => {
    if (isDone) return;
    size += chunk.length;
    try {
      if (size <= maxBytes) {
        unverified?.hold(chunk.length);
        if (size > COUNTED_BODY) hold(chunk.length);
      }
    } catch (error) {
      refuse(error as Error);
      return;
    }
    if (size <= maxBytes) {
      chunks.push(chunk);
    } else {
      chunks.length = 0;
      context.heldBody?.end();
      if (size > DRAIN_BYTES + maxBytes) refuse(tooLarge(maxBytes, { connection: "close" }));
    }
  };
  const onEnd = () => {
    if (size > maxBytes) return finish(tooLarge(maxBytes));
    const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    // The request counts as closed from here on.
    hasEnded = true;
    if (unverified) unverified.verify(bytes).then(() => read(bytes), finish);
    else read(bytes);
  };
  const read = (bytes: Buffer) => {
    try {
      finish(null, surface.readBody(bytes, request.headers));
    } catch (error) {
      finish(error as Error);
    }
  };
  const onGone = () => {
    if (!isDone && !hasEnded) finish(new ApiError("BAD_REQUEST", "The body ended before its announced length."));
  };
  payload.on("data", onData).on("end", onEnd).on("error", onGone).on("close", onGone);
}

function tooLarge(maxBytes: number, headers: { readonly [name: string]: string } = {}): ApiError {
  return new ApiError("PAYLOAD_TOO_LARGE", `The body is too large. Expected at most ${maxBytes} bytes.`, {}, headers);
}
