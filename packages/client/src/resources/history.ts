import { type Moment, wireTime } from "../arguments/time.js";
import { type CommitType, type HistoryPage, historyPageOf } from "../results/history.js";
import type { CallOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";

/** Filters for commits. */
export interface HistoryFilter extends CallOptions {
  /** Only commits from this time on. */
  readonly from?: Moment;
  /** Only commits up to this time; a whole second means up to its end. */
  readonly until?: Moment;
  /** Only commits that changed rows of this table. */
  readonly table?: string;
  /** Only commits by this user. */
  readonly author?: string;
  /** Only commits of these types. */
  readonly kinds?: readonly CommitType[];
  /** Entries on a page: 50 by default, at most 1,000. */
  readonly limit?: number;
}

export interface ReadHistory extends HistoryFilter {
  /** `nextCursor` of the previous page. */
  readonly cursor?: string;
}

/** @internal */
export async function history(transport: Transport, branch: string, options: ReadHistory): Promise<HistoryPage> {
  const { from, until, table, author, kinds, limit, cursor } = options;
  const { data } = await transport.api.GET("/v1/branches/{branch}/history", {
    params: {
      path: pathOf({ branch }),
      query: {
        from: from === undefined ? undefined : wireTime(from),
        until: until === undefined ? undefined : wireTime(until),
        table,
        author,
        kind: kinds?.join(","),
        limit,
        cursor,
      },
    },
    fetch: transport.call({ idempotent: true }, options),
  });
  return historyPageOf(bodyOf(data));
}
