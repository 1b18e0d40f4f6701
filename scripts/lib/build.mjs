import { pnpm } from "./run.mjs";

/**
 * Builds every package that changed since its last build, or one package and its dependencies, with turbo's local
 * cache.
 */
export function build(only) {
  const filter = only === undefined ? [] : [`--filter=${only}`];
  // Through pnpm, because turbo itself calls pnpm for each package and finds it on this PATH.
  return pnpm(["exec", "turbo", "run", "build", ...filter, "--output-logs=errors-only", "--log-order=grouped"]);
}
