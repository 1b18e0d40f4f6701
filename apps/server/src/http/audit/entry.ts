import type { FastifyReply } from "fastify";
import type { NewAuditEntry } from "../../audit/audit-entry.js";
import type { HttpRequest } from "../context/http-request.js";
import type { Operation } from "../surface/operation.js";

declare module "../context/request-context.js" {
  interface RequestContext {
    /** The domain's result, for the audit log. */
    result: unknown;
  }
}

/** Refusals that say nothing but "not now": whoever repeats them may not fill the log. */
const NOT_NOW: ReadonlySet<number> = new Set([429, 503]);

/** The entry of a finished request, or null where no entry is due. */
export function entryOf(
  request: HttpRequest,
  reply: FastifyReply,
  operation: Operation,
  tenant: string | undefined,
): NewAuditEntry | null {
  const { identity, errorCode, result, input, trace } = request.requestContext;
  if (!identity || tenant === undefined || NOT_NOW.has(reply.statusCode)) return null;
  const params = (request.params ?? {}) as { readonly [name: string]: string };
  const { branch, object } = operation.subjectOf(params, input, result);
  return {
    at: Date.now() * 1000,
    tenant,
    userId: identity.userId,
    keyId: identity.keyId,
    clientId: identity.clientId,
    method: identity.method,
    // A client may be gone before its connection has told an address.
    address: request.ip ?? "unknown",
    operation: operation.id,
    branch,
    object,
    scn: scnOf(result),
    status: reply.statusCode,
    code: errorCode,
    replayed: reply.hasHeader("idempotency-replayed"),
    requestId: request.id,
    traceId: trace.traceId,
  };
}

function scnOf(result: unknown): number | null {
  const { scn, result: inner } = (result ?? {}) as { scn?: unknown; result?: { scn?: unknown } };
  const found = scn ?? inner?.scn;
  return typeof found === "number" ? found : null;
}
