import { Controller } from "@nestjs/common";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { TransactionsService } from "../../../../transactions/transactions.service.js";
import * as operations from "./transactions.operations.js";

@Controller()
export class TransactionsController {
  constructor(private readonly transactions: TransactionsService) {}

  @Operation(operations.beginTransaction)
  beginTransaction(@Input() { caller, params, body }: Input<typeof operations.beginTransaction>) {
    return this.transactions.begin(caller, {
      branch: params.branch,
      mode: body?.mode ?? "write",
      at: body?.as_of,
      message: body?.message,
      waitMs: body?.wait_ms,
      idleMs: body?.idle_ms,
      totalMs: body?.max_ms,
    });
  }

  @Operation(operations.listTransactions)
  listTransactions(@Input() { caller, params }: Input<typeof operations.listTransactions>) {
    return this.transactions.list(caller, params.branch);
  }

  @Operation(operations.getTransaction)
  getTransaction(@Input() { caller, params }: Input<typeof operations.getTransaction>) {
    return this.transactions.get(caller, params.branch, params.transaction);
  }

  @Operation(operations.renewTransaction)
  renewTransaction(@Input() { caller, params, body }: Input<typeof operations.renewTransaction>) {
    return this.transactions.renew(caller, params.branch, params.transaction, body?.idle_ms);
  }

  @Operation(operations.commitTransaction)
  commitTransaction(@Input() { caller, params, body }: Input<typeof operations.commitTransaction>) {
    return this.transactions.commit(caller, params.branch, params.transaction, body?.message);
  }

  @Operation(operations.rollBackTransaction)
  rollBackTransaction(@Input() { caller, params }: Input<typeof operations.rollBackTransaction>) {
    return this.transactions.rollBack(caller, params.branch, params.transaction);
  }

  @Operation(operations.endTransaction)
  endTransaction(@Input() { caller, params }: Input<typeof operations.endTransaction>) {
    return this.transactions.end(caller, params.branch, params.transaction);
  }
}
