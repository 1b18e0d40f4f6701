import type { FastifyReply } from "fastify";
import type { AuditEntry, NewAuditEntry } from "../../audit/audit-entry.js";
import type { ErrorCode } from "../../errors/error-table.js";
import type { AnyOperation } from "../../surfaces/v1/operation/operation.js";
import type { CallRequest } from "../context/request-context.js";

/** What the handler and the error answer leave behind for the log. */
export interface AuditNotes {
  /** The domain's result. */
  result?: unknown;
  code?: ErrorCode;
}

/** Refusals that say nothing but "not now": whoever repeats them may not fill the log. */
const NOT_NOW: ReadonlySet<number> = new Set([429, 503]);

/** The entry of a finished request, or null where there is none to make. */
export function entryOf(
  request: CallRequest,
  reply: FastifyReply,
  operation: AnyOperation,
  tenant: string | undefined,
): NewAuditEntry | null {
  const { identity, audit, traceId } = request.state;
  if (!identity || tenant === undefined || NOT_NOW.has(reply.statusCode)) return null;
  return {
    at: Date.now() * 1000,
    tenant,
    userId: identity.userId,
    keyId: identity.keyId,
    clientId: identity.clientId,
    method: identity.method,
    address: request.ip,
    operation: operation.id,
    ...objectsOf(request, operation, audit.result),
    scn: scnOf(audit.result),
    status: reply.statusCode,
    code: audit.code ?? null,
    replayed: reply.hasHeader("idempotency-replayed"),
    requestId: request.id,
    traceId,
  };
}

/** What was made, as its answer names it. */
interface Made {
  readonly key?: { readonly id?: unknown };
  readonly webhook?: { readonly id?: unknown };
}

type Texts = { readonly [name: string]: unknown } | null | undefined;

/** Which branch, and which thing beside it, as the request or its result names them. */
function objectsOf(
  request: CallRequest,
  { path }: AnyOperation,
  result: unknown,
): Pick<AuditEntry, "branch" | "object"> {
  const { branch, ...others } = (request.params ?? {}) as { readonly [name: string]: string };
  // Only what passed the checks: a refused body may hold anything.
  const body = request.call?.body as Texts;
  const made = result as Made | undefined;
  const named = textOf(body?.name);
  const object =
    Object.values(others).join("/") ||
    textOf(body?.target) ||
    textOf((made?.key ?? made?.webhook)?.id) ||
    textOf(body?.id);
  const namesBranch = path === "/v1/branches";
  return { branch: branch ?? (namesBranch ? named : null), object: object ?? (namesBranch ? null : named) };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function scnOf(result: unknown): number | null {
  const { scn, result: inner } = (result ?? {}) as { scn?: unknown; result?: { scn?: unknown } };
  const found = scn ?? inner?.scn;
  return typeof found === "number" ? found : null;
}
