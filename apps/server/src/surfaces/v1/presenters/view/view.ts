import type { ErrorReport } from "../../../../errors/api-error.js";
import type { Infer, Shape } from "../../../../schema/index.js";
import type { LineViews } from "./lines.js";
import type { Results } from "./results.js";

/** What a presenter knows of the request, beside the result. */
export interface PresentContext {
  readonly requestId: string;
  /** Since the request arrived, rounded to whole milliseconds. */
  readonly elapsedMs: number;
}

/** One kind of answer in one dialect: its schema, and how it is made. A body of `undefined` means no body. */
export interface View<D> {
  readonly shape: Shape<unknown> | null;
  /** Where it is not the operation's own. */
  readonly status?: number;
  present(result: D, context: PresentContext): unknown;
}

/** Ties the schema and the function together, so that an answer can't stray from its documentation. */
export function view<D, S extends Shape<unknown>>(
  shape: S,
  present: (result: D, context: PresentContext) => Infer<S>,
): View<D> {
  return { shape, present };
}

export type Views = { readonly [K in keyof Results]: View<Results[K]> };

/** A dialect: turns every result and every error into a body. Nothing behind it knows which dialect is spoken. */
export interface Presenter {
  readonly mediaType: string;
  readonly views: Views;
  /** For answers in lines of JSON. */
  readonly lines: LineViews;
  readonly errorShape: Shape<unknown>;
  error(report: ErrorReport, status: number, context: PresentContext): unknown;
}
