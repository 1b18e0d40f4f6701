import type { DiffPage } from "@heliosdb/port";

/** A difference, with the names of the branches whose states were compared. */
export interface Difference {
  readonly from: string;
  readonly to: string;
  readonly page: DiffPage;
}
