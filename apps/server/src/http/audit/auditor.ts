import type { FastifyReply } from "fastify";
import type { AuditLog } from "../../audit/audit-log.js";
import type { TenantDirectory } from "../../catalog/tenant-directory.js";
import type { AnyOperation } from "../../surfaces/v1/operation/operation.js";
import type { CallRequest } from "../context/request-context.js";
import { entryOf } from "./entry.js";

/** Which operations are written down: all that change something, or only those beside the writing of rows. */
export const AUDITS = ["all", "control"] as const;
export type Audits = (typeof AUDITS)[number];

/** Successful ones stand in the history of their branch, with author, time and SCN. */
const ROW_WRITES: ReadonlySet<string> = new Set(["insertRows", "updateRows", "deleteRows", "execute", "executeBatch"]);

/** Writes finished requests down. */
export class Auditor {
  constructor(
    private readonly log: AuditLog,
    private readonly tenants: TenantDirectory,
    private readonly audits: Audits,
  ) {}

  record(request: CallRequest, reply: FastifyReply, operation: AnyOperation): void {
    const { identity, audit } = request.state;
    if (!identity) return;
    if (this.audits === "control" && audit.code === undefined && ROW_WRITES.has(operation.id)) return;
    const entry = entryOf(request, reply, operation, this.tenants.idOf(identity.tenantId));
    if (entry) this.log.add(entry, operation.access === "admin");
  }
}
