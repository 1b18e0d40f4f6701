import type { JsonRowForm, StreamHead } from "@heliosdb/port";
import type { ErrorReport } from "../../../../errors/api-error.js";
import type { ErrorStatus } from "../../../../errors/error-table.js";
import type { ResponseMeta, RowsEnd } from "../../../../http/surface/response-format.js";
import type { Infer, Schema } from "../../../../schema/index.js";
import type { Results } from "./results.js";

/**
 * One kind of result in one dialect: its schema, and the function that makes it. A body of `undefined` means no body.
 */
export interface View<D> {
  readonly schema: Schema<unknown> | null;
  /** The status, if it differs from the operation's. */
  readonly status?: number;
  present(result: D, meta: ResponseMeta): unknown;
}

/** Ties the schema and the function together, so that a response can't deviate from its documentation. */
export function view<D, S extends Schema<unknown>>(
  schema: S,
  present: (result: D, meta: ResponseMeta) => Infer<S>,
): View<D> {
  return { schema, present };
}

export type Views = { readonly [K in keyof Results]: View<Results[K]> };

/** Streamed rows in one dialect: the first line, the format of the rows, and the last line. */
export interface RowStreamViews {
  readonly first: View<StreamHead>;
  readonly rows: JsonRowForm;
  readonly row: Schema<unknown>;
  readonly last: View<RowsEnd>;
}

/** A dialect: turns every result and every error into a body. Nothing behind it knows which dialect is used. */
export interface Presenter {
  readonly mediaType: string;
  readonly views: Views;
  /** A shared view, with this dialect's envelope around the result. */
  frame<D>(view: View<D>): View<D>;
  readonly stream: RowStreamViews;
  readonly errorSchema: Schema<unknown>;
  error(report: ErrorReport, status: ErrorStatus, meta: ResponseMeta): unknown;
}
