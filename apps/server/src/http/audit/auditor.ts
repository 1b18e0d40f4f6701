import type { FastifyReply } from "fastify";
import type { AuditLog } from "../../audit/audit-log.js";
import type { TenantDirectory } from "../../catalog/tenant-directory.js";
import type { HttpRequest } from "../context/http-request.js";
import type { Operation } from "../surface/operation.js";
import { entryOf } from "./entry.js";

/** Which operations are written down: all that change something, or only those beside the writing of rows. */
export const AUDITS = ["all", "control"] as const;
export type Audits = (typeof AUDITS)[number];

/** Writes finished requests down. */
export class Auditor {
  constructor(
    private readonly log: AuditLog,
    private readonly tenants: TenantDirectory,
    private readonly audits: Audits,
  ) {}

  record(request: HttpRequest, reply: FastifyReply, operation: Operation): void {
    const { identity, errorCode } = request.requestContext;
    if (!identity) return;
    // Rows that were written stand in the history of their branch, with author, time and SCN.
    if (this.audits === "control" && errorCode === null && operation.writesRows) return;
    const entry = entryOf(request, reply, operation, this.tenants.find(identity.tenantId)?.id);
    if (entry) this.log.add(entry, operation.access === "admin");
  }
}
