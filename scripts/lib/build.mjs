import { pnpm } from "./run.mjs";

/** Builds every package that changed since it was last built, with turbo's local cache. */
export function build() {
  // Through pnpm, because turbo itself calls pnpm for each package and finds it on this PATH.
  return pnpm(["exec", "turbo", "run", "build", "--output-logs=errors-only", "--log-order=grouped"]);
}
