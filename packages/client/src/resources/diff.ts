import { type AsOf, urlPoint } from "../arguments/point.js";
import { type DiffPage, diffPageOf } from "../results/diff.js";
import type { CallOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";

/** A state of a branch; the name or id alone means its newest state. */
export type BranchStateRef = string | { readonly branch: string; readonly asOf?: AsOf };

/** The states to compare. */
export interface Comparison extends CallOptions {
  /** The state to compare with. Default: the parent as it was at the fork. */
  readonly from?: BranchStateRef;
  /** Point in time of the branch itself. Default now. */
  readonly asOf?: AsOf;
  /** Only these tables. */
  readonly tables?: readonly string[];
  /** Rows on a page: 1,000 by default, at most 10,000; 0 for the counts alone. */
  readonly limit?: number;
}

export interface ReadDiff extends Comparison {
  /** `nextCursor` of the previous page. */
  readonly cursor?: string;
}

/** @internal */
export async function diff<R>(transport: Transport, branch: string, options: ReadDiff): Promise<DiffPage<R>> {
  const { from, asOf, tables, limit, cursor } = options;
  const { data } = await transport.api.GET("/v1/branches/{branch}/diff", {
    params: {
      path: pathOf({ branch }),
      query: {
        from: from === undefined ? undefined : stateText(from),
        as_of: asOf === undefined ? undefined : urlPoint(asOf),
        tables: tables?.join(","),
        limit,
        cursor,
      },
    },
    fetch: transport.call({ idempotent: true }, options),
  });
  return diffPageOf<R>(bodyOf(data));
}

function stateText(state: BranchStateRef): string {
  if (typeof state === "string") return state;
  return state.asOf === undefined ? state.branch : `${state.branch}@${urlPoint(state.asOf)}`;
}
