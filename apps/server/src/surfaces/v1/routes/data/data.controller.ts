import { Controller } from "@nestjs/common";
import { DataService } from "../../../../data/data.service.js";
import { ApiError } from "../../../../errors/api-error.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { TransactionsService } from "../../../../transactions/transactions.service.js";
import { pointOfUrl } from "../../schemas/point.js";
import { noteIn } from "../transactions/note.js";
import * as operations from "./data.operations.js";

@Controller()
export class DataController {
  constructor(
    private readonly data: DataService,
    private readonly transactions: TransactionsService,
  ) {}

  @Operation(operations.listTables)
  async listTables(@Input() { caller, params, query }: Input<typeof operations.listTables>) {
    return this.data.tables(caller, params.branch, pointOfUrl(query));
  }

  @Operation(operations.queryTable)
  async queryTable(@Input() { caller, params, query, rowForm, context }: Input<typeof operations.queryTable>) {
    const { cursor, page, limit } = query;
    if (cursor !== undefined && page !== undefined) {
      throw new ApiError("FIELD_CONFLICT", "'cursor' and 'page' both say where the page begins. Send one of them.", {
        fields: ["cursor", "page"],
      });
    }
    const at = pointOfUrl(query);
    const within = this.transactions.within(caller, params.branch, query.transaction_id, noteIn(context), {
      as_of: at,
    });
    return this.data.read(within, {
      ...params,
      at,
      filter: given(query.filter),
      columns: given(query.columns),
      orderBy: given(query.order_by),
      cursor,
      page,
      limit,
      rows: rowForm,
      includeTotal: query.include_total,
    });
  }

  @Operation(operations.insertRows)
  insertRows(@Input() { caller, params, body, context }: Input<typeof operations.insertRows>) {
    const within = this.transactions.within(caller, params.branch, body.transaction_id, noteIn(context));
    const { rows, on_conflict: onConflict, return_ids: returnIds } = body;
    // The router's parameters are a hash table, which V8 spreads slowly.
    return this.data.insert(within, { branch: params.branch, table: params.table, rows, onConflict }, returnIds);
  }

  @Operation(operations.updateRows)
  updateRows(@Input() { caller, params, body, context }: Input<typeof operations.updateRows>) {
    const within = this.transactions.within(caller, params.branch, body.transaction_id, noteIn(context));
    return this.data.update(within, { ...params, values: body.values, filter: body.filter });
  }

  @Operation(operations.deleteRows)
  async deleteRows(@Input() { caller, params, query, body, context }: Input<typeof operations.deleteRows>) {
    // Absent if the request had no body.
    const inBody = body?.filter;
    if (inBody !== undefined && query.filter !== undefined) {
      throw new ApiError("FIELD_CONFLICT", "'filter' is both in the body and in the URL. Send it once.", {
        fields: ["filter"],
      });
    }
    const within = this.transactions.within(caller, params.branch, query.transaction_id, noteIn(context));
    return this.data.delete(within, { ...params, filter: inBody ?? query.filter });
  }
}

/** A blank parameter in a URL means the same as an absent one. */
function given(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}
