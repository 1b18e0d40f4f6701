import type { Dialect } from "../errors/error-table.js";
import { lite } from "./lite/index.js";
import { spec } from "./spec/index.js";
import type { Presenter } from "./view.js";

export const PRESENTERS: { readonly [D in Dialect]: Presenter } = { lite, spec };
