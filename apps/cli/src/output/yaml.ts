import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

/** A value as it would be read from JSON: times are texts, and what is undefined is left out. */
export function yamlText(value: unknown): string {
  // Loaded where it is needed: it would make every start of the command longer.
  const { stringify } = load("yaml") as typeof import("yaml");
  return stringify(JSON.parse(JSON.stringify(value)), { lineWidth: 0 });
}
