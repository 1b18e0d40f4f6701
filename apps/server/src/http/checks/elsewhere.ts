import type { FastifyReply } from "fastify";
import type { HttpRequest } from "../context/http-request.js";

/** What a request says of its tenant, whether or not that is true. */
export type TenantClue = { readonly tenant: string } | { readonly key: string };

/** Other servers, which have other tenants. */
export interface Elsewhere {
  /** Whether this server does not have a tenant, so that another one may. */
  lacks(tenant: string): boolean;
  /**
   * Passes a request, whose body nobody has read, on to the server that has its tenant, and resolves when it has been
   * answered. Rejects with an ApiError where nobody can serve it now. Resolves to false where it is this server's to
   * answer.
   */
  passOn(request: HttpRequest, reply: FastifyReply, clues: readonly TenantClue[]): Promise<boolean>;
  /** Whether another server has a tenant, or is about to. */
  has(clue: TenantClue): Promise<boolean>;
}
