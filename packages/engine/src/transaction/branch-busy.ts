/**
 * A transaction is open in the branch file that an operation needs, or the file that a transaction needs is being
 * cloned. Nothing has happened: run the operation again when a transaction or a clone has ended.
 */
export class BranchBusy extends Error {
  override readonly name = "BranchBusy";
}
