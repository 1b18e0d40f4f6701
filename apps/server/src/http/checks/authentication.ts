import type { FastifyReply } from "fastify";
import type { Authenticator } from "../../auth/authenticator.js";
import type { Credential } from "../../auth/credential.js";
import type { Identity } from "../../auth/identity.js";
import { ApiError } from "../../errors/api-error.js";
import type { RequestCounter } from "../../metrics/request-counter.js";
import type { RateClass } from "../../rate-limit/classes.js";
import type { RateLimiter } from "../../rate-limit/rate-limiter.js";
import { isTimely, type SignatureClaim } from "../../signatures/signature-claim.js";
import type { Signatures } from "../../signatures/signatures.js";
import { addressKey } from "../../util/addresses.js";
import { nowSeconds } from "../../util/time.js";
import { limitBodyTime } from "../body/body-time.js";
import "../body/unverified-body.js";
import type { HttpRequest } from "../context/http-request.js";
import type { Operation } from "../surface/operation.js";
import type { Elsewhere, TenantClue } from "./elsewhere.js";
import { tenantClues } from "./tenant-clues.js";

declare module "../context/request-context.js" {
  interface RequestContext {
    /** Null until the request is authenticated, and for what is public. */
    identity: Identity | null;
  }
}

type Checked = Pick<Operation, "access" | "rate">;

/** How long the body of a signed request may take to arrive. */
export const UNVERIFIED_MS = 30_000;

/**
 * Who asks, and whether they ask too often. It is settled before a body is read, except for requests that are signed with
 * their body.
 */
export class Authentication {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly limiter: RateLimiter,
    private readonly requests: RequestCounter,
    /** Null where nothing is signed because everybody may ask. */
    private readonly signatures: Signatures | null,
    /** Null where no other server has tenants. */
    private readonly elsewhere: Elsewhere | null = null,
  ) {}

  /**
   * Settles it at once if the credential is known, else as a promise. Public operations are only counted, by address, if
   * they have a rate class. Of a signed request nothing is settled yet, except that its body must be verified. Resolves to
   * "answered" where another server has answered it. Throws ApiError.
   */
  check(request: HttpRequest, reply: FastifyReply, operation: Checked): undefined | Promise<undefined | "answered"> {
    if (operation.access === "public") {
      if (operation.rate) this.count(reply, operation.rate, addressKey(request.ip));
      return undefined;
    }
    const { surface } = request.requestContext;
    const claim = this.signatures && surface.signature?.(request);
    if (claim) {
      const expect = () => this.expectBody(request, reply, operation, claim, this.signatures!);
      if (!this.elsewhere || claim === "malformed") {
        expect();
        return undefined;
      }
      return this.orElsewhere(request, reply, [{ key: claim.keyId }], expect);
    }
    const credentials = surface.credentials(request);
    const identity = this.authenticator.authenticate(credentials);
    if (identity && "then" in identity) {
      return identity.then((found) => this.settleSomewhere(request, reply, operation, credentials, found));
    }
    return this.settleSomewhere(request, reply, operation, credentials, identity);
  }

  private settleSomewhere(
    request: HttpRequest,
    reply: FastifyReply,
    operation: Checked,
    credentials: readonly Credential[],
    identity: Identity | null,
  ): undefined | Promise<undefined | "answered"> {
    if (!this.elsewhere || (identity && !this.elsewhere.lacks(identity.tenantId))) {
      this.settle(request, reply, operation, identity);
      return undefined;
    }
    const clues = identity ? [{ tenant: identity.tenantId }] : tenantClues(credentials);
    return this.orElsewhere(request, reply, clues, () => this.settle(request, reply, operation, identity));
  }

  /** Where no other server has the tenant, the request is settled here. */
  private async orElsewhere(
    request: HttpRequest,
    reply: FastifyReply,
    clues: readonly TenantClue[],
    settle: () => void,
  ): Promise<undefined | "answered"> {
    if (clues.length > 0 && (await this.elsewhere!.passOn(request, reply, clues))) return "answered";
    settle();
    return undefined;
  }

  /** Whose a request is, if that is known without asking anybody. It isn't settled with that. */
  known(request: HttpRequest): Identity | null {
    return this.authenticator.known(request.requestContext.surface.credentials(request));
  }

  /** Charges a query that ran for long. */
  charge(request: HttpRequest, operation: Operation, elapsedMs: number): void {
    const { identity } = request.requestContext;
    if (elapsedMs >= 1000 && operation.rate === "query" && identity) {
      this.limiter.chargeQuery(identity.rateKey, elapsedMs);
    }
  }

  /** Whatever does not end in a right signature costs the address: also a body that is too large, or never ends. */
  private expectBody(
    request: HttpRequest,
    reply: FastifyReply,
    operation: Checked,
    claim: SignatureClaim | "malformed",
    { bodies, verifier, nonces }: Signatures,
  ): void {
    if (claim === "malformed" || !isTimely(claim, nowSeconds())) {
      this.settle(request, reply, operation, null);
      return;
    }
    const address = addressKey(request.ip);
    const held = bodies.begin(address);
    limitBodyTime(request.raw, UNVERIFIED_MS);
    let isSettled = false;
    reply.raw.once("close", () => {
      held.end();
      if (!isSettled) this.limiter.take("public", address);
    });
    const { requestContext: context } = request;
    const verify = async (body: Buffer) => {
      const identity = await verifier.verify(claim, body);
      // Before the key is charged: what was sent once can be sent again by anybody who saw it.
      const nonce = identity && (await nonces.reserve(claim));
      isSettled = true;
      held.end();
      if (!nonce) {
        // The tenant may have left since the head of the request was there.
        if (!identity && (await this.elsewhere?.has({ key: claim.keyId }))) throw new ApiError("NOT_ACTIVE");
        this.settle(request, reply, operation, null);
        return;
      }
      try {
        this.settle(request, reply, operation, identity);
      } catch (error) {
        nonce.release();
        throw error;
      }
      context.identity = null;
      // On the disk before anything happens.
      if (!(await nonce.use())) throw new ApiError("UNAUTHORIZED");
      context.identity = identity;
      context.unverified = null;
    };
    context.unverified = { hold: held.add, verify };
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
