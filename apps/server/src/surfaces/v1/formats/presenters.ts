import type { Dialect } from "../dialect/dialects.js";
import { lite } from "../presenters/lite/lite.js";
import { spec } from "../presenters/spec/spec.js";
import type { ViewName } from "../presenters/view/results.js";
import type { Presenter, View } from "../presenters/view/view.js";

export const PRESENTERS: { readonly [D in Dialect]: Presenter } = { lite, spec };

const framed: { readonly [D in Dialect]: WeakMap<View<never>, View<never>> } = {
  lite: new WeakMap(),
  spec: new WeakMap(),
};

/** An operation's view in a dialect: the dialect's own under this name, or a view that both share. */
export function viewIn(dialect: Dialect, view: ViewName | View<never>): View<never> {
  const { views, frame } = PRESENTERS[dialect];
  if (typeof view === "string") return views[view] as View<never>;
  const known = framed[dialect].get(view) ?? frame(view);
  framed[dialect].set(view, known);
  return known;
}
