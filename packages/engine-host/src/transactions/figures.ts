import type { TransactionMetrics } from "@heliosdb/port";
import type { Ending } from "./ended.js";

/** What is counted of the transactions of all databases. */
export class TransactionFigures {
  waiting = 0;
  private readonly ended = { committed: 0, rolledBack: 0, expired: 0, lost: 0 };

  count(ending: Ending): void {
    if (ending.kind === "committed") this.ended.committed++;
    else if (ending.kind === "rolled back") this.ended.rolledBack++;
    else if (ending.error.code === "TRANSACTION_EXPIRED") this.ended.expired++;
    else this.ended.lost++;
  }

  metrics(open: number): TransactionMetrics {
    return { open, waiting: this.waiting, ended: { ...this.ended } };
  }
}
