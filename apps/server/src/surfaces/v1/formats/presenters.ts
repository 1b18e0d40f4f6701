import type { Dialect } from "../dialect/dialects.js";
import { lite } from "../presenters/lite/lite.js";
import { spec } from "../presenters/spec/spec.js";
import type { Presenter } from "../presenters/view/view.js";

export const PRESENTERS: { readonly [D in Dialect]: Presenter } = { lite, spec };
