import type { Authenticator } from "../auth/authenticator.js";
import type { Credential } from "../auth/credential.js";
import type { TenantDirectory } from "../catalog/tenant-directory.js";
import type { OutsideLaneHost } from "../database-host/outside-lane.js";
import type { FromFront, FrontCounts, KnownCaller, Question, WhoIs } from "../front/protocol.js";
import type { Operation } from "../http/surface/operation.js";
import type { RequestCounter } from "../metrics/request-counter.js";
import type { RateLimiter } from "../rate-limit/rate-limiter.js";

export interface DeskParts {
  readonly authenticator: Authenticator;
  readonly tenants: TenantDirectory;
  readonly limiter: RateLimiter;
  readonly requests: RequestCounter;
  readonly operations: readonly Operation[];
}

/** What main answers to its fronts, and counts for them. */
export class Desk {
  constructor(private readonly parts: DeskParts) {}

  async answer(question: Question, lane: OutsideLaneHost): Promise<unknown> {
    if ("whoIs" in question) return this.whoIs(question.whoIs);
    if ("lease" in question) return this.parts.limiter.lease(question.lease, question.caller);
    return lane.weigh(question.database, question.weigh);
  }

  note(message: Extract<FromFront, { giveBack: number } | { charge: number }>): void {
    const { limiter } = this.parts;
    if ("charge" in message) limiter.chargeQuery(message.caller, message.charge);
    else limiter.giveBack(message.rateClass, message.caller, message.giveBack);
  }

  count({ cells, laneReads }: FrontCounts, lane: OutsideLaneHost): void {
    const { requests, operations } = this.parts;
    for (const { operation, surface, method, ...counts } of cells) {
      requests.addAll(
        operations.find(({ id }) => id === operation),
        surface,
        method,
        counts,
      );
    }
    lane.ran(laneReads);
  }

  private async whoIs(credentials: readonly Credential[]): Promise<WhoIs> {
    const { authenticator, tenants } = this.parts;
    // Before the verification: what changes while that is under way raises it.
    const generation = authenticator.generation.current;
    const identity = await authenticator.authenticate(credentials);
    const tenant = identity && tenants.find(identity.tenantId);
    // A session's end slides with each use, which only main can note. A missing tenant may have to be made.
    if (!identity || !tenant || identity.session) return { generation, who: null };
    const who: KnownCaller = { identity, database: tenant.id, until: identity.expiresAt };
    return { generation, who };
  }
}
