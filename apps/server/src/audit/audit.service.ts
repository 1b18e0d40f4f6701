import { Injectable } from "@nestjs/common";
import type { Caller } from "../auth/caller.js";
import type { AuditEntry, AuditPage } from "./audit-entry.js";
import { type AuditFilter, AuditLog } from "./audit-log.js";

/** Number of entries that an export reads at a time. */
const CHUNK = 1_000;

type Filters = Omit<AuditFilter, "tenant">;

@Injectable()
export class AuditService {
  constructor(private readonly log: AuditLog) {}

  /** @param before id of an entry: newer ones are left out */
  async list({ tenant }: Caller, filters: Filters, limit: number, before: number | null): Promise<AuditPage> {
    const found = await this.log.newest({ ...filters, tenant }, limit + 1, before);
    const entries = found.slice(0, limit);
    return { entries, next: found.length > limit ? entries.at(-1)!.id : null };
  }

  /** All matching entries, oldest first, read as they are consumed. */
  async *export({ tenant }: Caller, filters: Filters): AsyncGenerator<readonly AuditEntry[]> {
    let after = 0;
    for (;;) {
      const entries = await this.log.oldest({ ...filters, tenant }, CHUNK, after);
      if (entries.length > 0) yield entries;
      if (entries.length < CHUNK) return;
      after = entries.at(-1)!.id;
    }
  }
}
