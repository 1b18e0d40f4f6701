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
  let refusal: Error | null = null;
  // The listeners stay: taking them off again would cost as much as reading a small body.
  let isDone = false;
  let hasEnded = false;
  const finish: Done = (error, body) => {
    if (isDone) return;
    isDone = true;
    chunks.length = 0;
    done(error, body);
  };
  /** The rest is read and thrown away, so that a client in the middle of sending sees why. */
  const refuse = (error: Error) => {
    refusal = error;
    chunks.length = 0;
    context.heldBody?.end();
  };
  const hold = (bytes: number) => {
    unverified?.hold(bytes);
    if (size <= COUNTED_BODY) return;
    context.heldBody ??= budget.hold(context.identity?.tenantId ?? "");
    context.heldBody.add(bytes);
  };
  const onData = (chunk: Buffer) => {
    if (isDone) return;
    size += chunk.length;
    if (refusal === null) {
      try {
        if (size > maxBytes) refuse(tooLarge(maxBytes));
        else hold(chunk.length);
      } catch (error) {
        refuse(error as Error);
        // Nothing is read for strangers that needn't be.
        if (unverified) finish(closing(error as Error));
      }
    }
    if (refusal === null) chunks.push(chunk);
    else if (size > DRAIN_BYTES + maxBytes) finish(closing(refusal));
  };
  const onEnd = () => {
    if (refusal !== null) return finish(refusal);
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

function tooLarge(maxBytes: number): ApiError {
  return new ApiError("PAYLOAD_TOO_LARGE", `The body is too large. Expected at most ${maxBytes} bytes.`);
}

/** The client goes on sending, and nobody reads that. */
function closing(error: Error): Error {
  if (!(error instanceof ApiError)) return error;
  return new ApiError(error.code, error.message, {}, { ...error.headers, connection: "close" });
}
