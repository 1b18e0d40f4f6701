import type { Identity } from "../../../auth/identity.js";
import type { ErrorReport } from "../../../errors/api-error.js";
import type { Operation } from "../../../http/surface/operation.js";
import type { ResponseFormat } from "../../../http/surface/response-format.js";
import type { RequestHead } from "../../../http/surface/surface.js";
import { sessionKey } from "../readers/session-key.js";
import { type ErrorAnswer, errorAnswer } from "./error-messages.js";
import { type HeliumOperation, viewOf } from "./helium-operation.js";

export const EXPIRATION = "x-session-expiration";

/** A body with the end of a session that is not the request's own credential. */
export class WithExpiration {
  /** @param expiresAt milliseconds since 1970; -1 for no session */
  constructor(
    readonly body: unknown,
    readonly expiresAt: number,
  ) {}
}

/** The form of every response, for requests with a key and without one: 401 says which it was. */
export function formatFor(head: RequestHead): ResponseFormat {
  return sessionKey(head) === undefined ? WITHOUT_KEY : WITH_KEY;
}

const WITH_KEY = format(true);
const WITHOUT_KEY = format(false);

function format(hasKey: boolean): ResponseFormat {
  return {
    contentType: "application/json",
    rowForm: "objects",
    rows: null,
    defaults: () => ({}),
    result: (operation, result, { identity }) => {
      if (!(result instanceof WithExpiration))
        return { headers: expiration(identity), body: viewOf(operation, result) };
      return { headers: { [EXPIRATION]: String(result.expiresAt) }, body: result.body };
    },
    error: (report, operation, { identity }) => {
      const { status, message } = refusedLogin(report, operation) ?? errorAnswer(report, hasKey);
      const { relevantInput } = report.data;
      const body = { message, ...(relevantInput !== undefined && { relevantInput }) };
      return { status, headers: expiration(identity), body };
    },
  };
}

/** Where credentials come in the body, the message says that they don't hold, and nothing more. */
function refusedLogin({ code, message }: ErrorReport, operation: Operation | undefined): ErrorAnswer | null {
  const status = code === "UNAUTHORIZED" ? (operation as HeliumOperation | undefined)?.unauthorized : undefined;
  return status === undefined ? null : { status, message };
}

function expiration(identity: Identity | undefined): { readonly [name: string]: string } {
  const session = identity?.session;
  return session ? { [EXPIRATION]: String(session.expiresAt) } : {};
}
