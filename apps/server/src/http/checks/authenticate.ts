import type { FastifyReply } from "fastify";
import type { Authenticator } from "../../auth/authenticator.js";
import type { Identity } from "../../auth/identity.js";
import { ApiError } from "../../errors/api-error.js";
import type { RequestCounter } from "../../metrics/request-counter.js";
import type { RateClass } from "../../rate-limit/classes.js";
import type { RateLimiter } from "../../rate-limit/rate-limiter.js";
import type { AnyOperation } from "../../surfaces/v1/operation/operation.js";
import { addressKey } from "../../util/addresses.js";
import type { CallRequest } from "../context/request-context.js";

/** Who asks, and whether they ask too often: everything that is settled before a body is read. */
export class Admission {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly limiter: RateLimiter,
    private readonly requests: RequestCounter,
  ) {}

  /** Settles it at once where the credential is known, else as a promise. Throws ApiError. */
  admit(request: CallRequest, reply: FastifyReply, operation: AnyOperation): undefined | Promise<void> {
    if (operation.access === "public") return undefined;
    const { authorization, "x-api-key": apiKey } = request.headers;
    const identity = this.authenticator.authenticate(authorization, typeof apiKey === "string" ? apiKey : undefined);
    if (identity && "then" in identity) return identity.then((found) => this.settle(request, reply, operation, found));
    this.settle(request, reply, operation, identity);
    return undefined;
  }

  /** Charges a query that ran for long. */
  charge(request: CallRequest, operation: AnyOperation, elapsedMs: number): void {
    const { identity } = request.state;
    if (elapsedMs >= 1000 && operation.rate === "query" && identity) {
      this.limiter.chargeQuery(identity.rateKey, elapsedMs);
    }
  }

  private settle(request: CallRequest, reply: FastifyReply, operation: AnyOperation, identity: Identity | null): void {
    if (!identity) {
      // A wrong credential costs the address: guessing is limited, whoever is guessed at.
      this.count(reply, "public", addressKey(request.ip));
      throw new ApiError("UNAUTHORIZED");
    }
    request.state.identity = identity;
    if (operation.rate === "public") this.count(reply, "public", addressKey(request.ip));
    else if (operation.rate) this.count(reply, operation.rate, identity.rateKey);
  }

  private count(reply: FastifyReply, rateClass: RateClass, caller: string): void {
    const decision = this.limiter.take(rateClass, caller);
    reply.header("x-ratelimit-limit", decision.limit);
    reply.header("x-ratelimit-remaining", decision.remaining);
    reply.header("x-ratelimit-reset", decision.reset);
    if (!decision.allowed && this.limiter.enforced) {
      this.requests.refused(rateClass);
      throw new ApiError("RATE_LIMITED", undefined, {}, { "retry-after": String(decision.retryAfter) });
    }
  }
}
