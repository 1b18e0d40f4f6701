import type { FastifyReply } from "fastify";
import type { Authenticator } from "../../auth/authenticator.js";
import type { Identity } from "../../auth/identity.js";
import { ApiError } from "../../errors/api-error.js";
import type { RequestCounter } from "../../metrics/request-counter.js";
import type { RateClass } from "../../rate-limit/classes.js";
import type { RateLimiter } from "../../rate-limit/rate-limiter.js";
import { addressKey } from "../../util/addresses.js";
import type { HttpRequest } from "../context/http-request.js";
import type { Operation } from "../surface/operation.js";

declare module "../context/request-context.js" {
  interface RequestContext {
    /** Null until the request is authenticated, and for what is public. */
    identity: Identity | null;
  }
}

type Checked = Pick<Operation, "access" | "rate">;

/** Who asks, and whether they ask too often: everything that is settled before a body is read. */
export class Authentication {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly limiter: RateLimiter,
    private readonly requests: RequestCounter,
  ) {}

  /**
   * Settles it at once where the credential is known, else as a promise. What is public is only counted, by address, where
   * it has a rate class. Throws ApiError.
   */
  check(request: HttpRequest, reply: FastifyReply, operation: Checked): undefined | Promise<void> {
    if (operation.access === "public") {
      if (operation.rate) this.count(reply, operation.rate, addressKey(request.ip));
      return undefined;
    }
    const credentials = request.requestContext.surface.credentials(request);
    const identity = this.authenticator.authenticate(credentials);
    if (identity && "then" in identity) return identity.then((found) => this.settle(request, reply, operation, found));
    this.settle(request, reply, operation, identity);
    return undefined;
  }

  /** Charges a query that ran for long. */
  charge(request: HttpRequest, operation: Operation, elapsedMs: number): void {
    const { identity } = request.requestContext;
    if (elapsedMs >= 1000 && operation.rate === "query" && identity) {
      this.limiter.chargeQuery(identity.rateKey, elapsedMs);
    }
  }

  private settle(request: HttpRequest, reply: FastifyReply, operation: Checked, identity: Identity | null): void {
    if (!identity) {
      // A wrong credential costs the address: guessing is limited, whoever is guessed at.
      this.count(reply, "public", addressKey(request.ip));
      throw new ApiError("UNAUTHORIZED");
    }
    request.requestContext.identity = identity;
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
