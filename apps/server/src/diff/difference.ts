import type { DiffPage } from "@heliosdb/port";

/** A diff, with the names of the compared branches. */
export interface Difference {
  readonly from: string;
  readonly to: string;
  readonly page: DiffPage;
}
