import type { JsonRowForm, StreamHead } from "@heliosdb/port";
import type { ErrorReport } from "../../../../errors/api-error.js";
import type { ResponseMeta, RowsEnd } from "../../../../http/surface/response-format.js";
import type { Infer, Schema } from "../../../../schema/index.js";
import type { Results } from "./results.js";

/** One kind of result in one dialect: its schema, and how it is made. A body of `undefined` means no body. */
export interface View<D> {
  readonly schema: Schema<unknown> | null;
  /** Where it is not the operation's own. */
  readonly status?: number;
  present(result: D, meta: ResponseMeta): unknown;
}

/** Ties the schema and the function together, so that a response can't stray from its documentation. */
export function view<D, S extends Schema<unknown>>(
  schema: S,
  present: (result: D, meta: ResponseMeta) => Infer<S>,
): View<D> {
  return { schema, present };
}

export type Views = { readonly [K in keyof Results]: View<Results[K]> };

/** A stream of rows in one dialect: what stands first, how the rows stand, and what stands last. */
export interface RowStreamViews {
  readonly first: View<StreamHead>;
  readonly rows: JsonRowForm;
  readonly row: Schema<unknown>;
  readonly last: View<RowsEnd>;
}

/** A dialect: turns every result and every error into a body. Nothing behind it knows which dialect is spoken. */
export interface Presenter {
  readonly mediaType: string;
  readonly views: Views;
  /** A view that the dialects share, with what this dialect puts around every result. */
  frame<D>(view: View<D>): View<D>;
  readonly stream: RowStreamViews;
  readonly errorSchema: Schema<unknown>;
  error(report: ErrorReport, status: number, meta: ResponseMeta): unknown;
}
