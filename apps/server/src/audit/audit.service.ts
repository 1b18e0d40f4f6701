import { Injectable } from "@nestjs/common";
import { TenantDirectory } from "../catalog/tenant-directory.js";
import type { Call } from "../http/context/request-context.js";
import { isoAuditEntry } from "../surfaces/v1/presenters/shared/audit.js";
import type * as operations from "../surfaces/v1/routes/audit/audit.operations.js";
import type { AuditPage } from "./audit-entry.js";
import { type AuditFilter, AuditLog } from "./audit-log.js";

/** Entries that an export reads at once. */
const CHUNK = 1_000;

type Filters = Call<typeof operations.exportAudit>["query"];

@Injectable()
export class AuditService {
  constructor(
    private readonly log: AuditLog,
    private readonly tenants: TenantDirectory,
  ) {}

  async list({ identity, query }: Call<typeof operations.listAudit>): Promise<AuditPage> {
    const { limit, cursor = null } = query;
    const found = await this.log.newest(this.filter(identity.tenantId, query), limit + 1, cursor);
    const entries = found.slice(0, limit);
    return { entries, next: found.length > limit ? entries.at(-1)!.id : null };
  }

  /** The lines of an export, read as they are sent. */
  async *lines({ identity, query }: Call<typeof operations.exportAudit>): AsyncGenerator<string> {
    const filter = this.filter(identity.tenantId, query);
    let after = 0;
    for (;;) {
      const entries = await this.log.oldest(filter, CHUNK, after);
      if (entries.length > 0) yield entries.map((entry) => `${JSON.stringify(isoAuditEntry(entry))}\n`).join("");
      if (entries.length < CHUNK) return;
      after = entries.at(-1)!.id;
    }
  }

  private filter(tenantName: string, { user, key, trace_id, request_id, ...same }: Filters): AuditFilter {
    const { from, until, operation, branch, outcome } = same;
    const tenant = this.tenants.idOf(tenantName)!;
    const who = { tenant, userId: user, keyId: key, traceId: trace_id, requestId: request_id };
    return { ...who, from, until, operation, branch, outcome };
  }
}
