import type { FastifyReply } from "fastify";
import type { ApiKeys } from "../../auth/api-keys.js";
import type { TenantDirectory } from "../../catalog/tenant-directory.js";
import { ApiError } from "../../errors/api-error.js";
import { liftBodyTime } from "../../http/body/body-time.js";
import type { Elsewhere, TenantClue } from "../../http/checks/elsewhere.js";
import type { HttpRequest } from "../../http/context/http-request.js";
import { clientFacts } from "../../http/front/front-header.js";
import type { PassingOn } from "../pass-on/passing-on.js";
import type { CellDirectory } from "./cell-directory.js";

/** Passes requests for tenants of other cells on to these. */
export class OtherCells implements Elsewhere {
  constructor(
    private readonly directory: CellDirectory,
    private readonly tenants: TenantDirectory,
    private readonly keys: ApiKeys,
    private readonly passingOn: PassingOn,
    private readonly isBehindFronts: boolean,
  ) {}

  lacks(tenant: string): boolean {
    return this.tenants.find(tenant) === undefined;
  }

  async passOn(request: HttpRequest, reply: FastifyReply, clues: readonly TenantClue[]): Promise<boolean> {
    for (const clue of clues) if (await this.isHere(clue)) return false;
    for (const clue of clues) {
      const place = await this.directory.find(clue);
      if (place === null) continue;
      if (place.cell === this.directory.cell && !this.lacks(place.tenant)) {
        // It has arrived since the credential was looked for.
        if (await this.isHere(clue)) throw new ApiError("NOT_ACTIVE");
        return false;
      }
      // It has left, or has not arrived.
      if (place.cell === this.directory.cell || place.url === null) throw new ApiError("NOT_ACTIVE");
      await this.passOnTo(place.url, request, reply).catch((error) => {
        this.directory.forget(clue);
        throw error;
      });
      return true;
    }
    return false;
  }

  async has(clue: TenantClue): Promise<boolean> {
    if (await this.isHere(clue)) return false;
    const place = await this.directory.find(clue);
    return place !== null && this.lacks(place.tenant);
  }

  /** Whether this cell decides what becomes of a credential. */
  private async isHere(clue: TenantClue): Promise<boolean> {
    const tenant = "tenant" in clue ? clue.tenant : await this.keys.tenantOf(clue.key);
    return tenant !== null && !this.lacks(tenant);
  }

  private async passOnTo(url: string, request: HttpRequest, reply: FastifyReply): Promise<void> {
    const { raw } = request;
    // The other node minds the time.
    liftBodyTime(raw);
    const target = (this.isBehindFronts ? clientFacts(raw).target : null) ?? request.originalUrl;
    await this.passingOn.passOn(url, raw, reply.raw, { address: request.ip, target });
    reply.hijack();
  }
}
