import { type Moment, wireTime } from "../arguments/time.js";
import { type AuditEntry, type AuditPage, auditEntryOf, auditPageOf } from "../results/audit.js";
import { bytesOf } from "../transport/bytes.js";
import { linesOf } from "../transport/lines.js";
import type { CallOptions } from "../transport/options.js";
import { entriesOf } from "../transport/pages.js";
import { MEDIA_TYPE, type Transport } from "../transport/transport.js";
import { bodyOf, urlOf } from "./parts.js";

/** Filters for entries. */
export interface AuditFilter extends CallOptions {
  /** Only entries from this time on. */
  readonly from?: Moment;
  /** Only entries up to this time; a whole second means up to its end. */
  readonly until?: Moment;
  readonly user?: string;
  /** Id of the API key that was used. */
  readonly key?: string;
  /** The operation's id in the API's document: `mergeBranch`. */
  readonly operation?: string;
  /** The branch, as the request named it. */
  readonly branch?: string;
  readonly outcome?: "done" | "refused";
  readonly traceId?: string;
  readonly requestId?: string;
}

export interface ReadAudit extends AuditFilter {
  /** Entries on a page: 100 by default, at most 1,000. */
  readonly limit?: number;
  /** `nextCursor` of the previous page. */
  readonly cursor?: string;
}

/** The audit log; needs the scope `admin`. */
export class Audit {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** One page, newest first. */
  async list(options: ReadAudit = {}): Promise<AuditPage> {
    const { limit, cursor } = options;
    const { data } = await this.#transport.api.GET("/v1/audit", {
      params: { query: { ...wireFilter(options), limit, cursor } },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return auditPageOf(bodyOf(data));
  }

  /** Every matching entry, newest first. Pages are requested as the entries are read. */
  entries(options: ReadAudit = {}): AsyncGenerator<AuditEntry, void, undefined> {
    return entriesOf(
      (cursor) => this.list({ ...options, cursor }),
      ({ entries }) => entries,
      options.cursor,
    );
  }

  /** Every matching entry, oldest first, in one response that is read as it arrives; times are exact here. */
  async *export(filter: AuditFilter = {}): AsyncGenerator<AuditEntry, void, undefined> {
    const path = urlOf("/v1/audit/export", wireFilter(filter));
    const request = { method: "GET", route: "/v1/audit/export", path, headers: { accept: MEDIA_TYPE } } as const;
    const bytes = await this.#transport.file(request, filter, async (response, patience) =>
      bytesOf(response.body, response.url, patience, filter.signal),
    );
    try {
      for await (const line of linesOf(bytes)) {
        const entry = JSON.parse(line);
        yield auditEntryOf(entry, new Date(entry.time));
      }
    } finally {
      await bytes.return();
    }
  }
}

function wireFilter({ from, until, user, key, operation, branch, outcome, traceId, requestId }: AuditFilter) {
  return {
    from: from === undefined ? undefined : wireTime(from),
    until: until === undefined ? undefined : wireTime(until),
    user,
    key,
    operation,
    branch,
    outcome,
    trace_id: traceId,
    request_id: requestId,
  };
}
