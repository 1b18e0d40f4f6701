import { NEWEST_MIGRATION } from "../../catalog/open-catalog.js";

/** What two cells must have in common, so that a tenant can go from one to the other: both in the same words. */
export function movingFacts(fingerprint: string): string {
  return JSON.stringify({ catalog: NEWEST_MIGRATION, secrets: fingerprint });
}
