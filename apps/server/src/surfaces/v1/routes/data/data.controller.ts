import { Controller } from "@nestjs/common";
import { DataService } from "../../../../data/data.service.js";
import { ApiError } from "../../../../errors/api-error.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { pointOfUrl } from "../../schemas/point.js";
import * as operations from "./data.operations.js";

@Controller()
export class DataController {
  constructor(private readonly data: DataService) {}

  @Operation(operations.listTables)
  async listTables(@Input() { caller, params, query }: Input<typeof operations.listTables>) {
    return this.data.tables(caller, params.branch, pointOfUrl(query));
  }

  @Operation(operations.queryTable)
  async queryTable(@Input() { caller, params, query, rowForm }: Input<typeof operations.queryTable>) {
    const { cursor, page, limit } = query;
    if (cursor !== undefined && page !== undefined) {
      throw new ApiError("FIELD_CONFLICT", "'cursor' and 'page' both say where the page begins. Send one of them.", {
        fields: ["cursor", "page"],
      });
    }
    return this.data.read(caller, {
      ...params,
      at: pointOfUrl(query),
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
  insertRows(@Input() { caller, params, body }: Input<typeof operations.insertRows>) {
    const { rows, on_conflict: onConflict, return_ids: returnIds } = body;
    // The router's parameters are a hash table, which V8 spreads slowly.
    return this.data.insert(caller, { branch: params.branch, table: params.table, rows, onConflict }, returnIds);
  }

  @Operation(operations.updateRows)
  updateRows(@Input() { caller, params, body }: Input<typeof operations.updateRows>) {
    return this.data.update(caller, { ...params, values: body.values, filter: body.filter });
  }

  @Operation(operations.deleteRows)
  async deleteRows(@Input() { caller, params, query, body }: Input<typeof operations.deleteRows>) {
    // Absent if the request had no body.
    const inBody = body?.filter;
    if (inBody !== undefined && query.filter !== undefined) {
      throw new ApiError("FIELD_CONFLICT", "'filter' is both in the body and in the URL. Send it once.", {
        fields: ["filter"],
      });
    }
    return this.data.delete(caller, { ...params, filter: inBody ?? query.filter });
  }
}

/** A blank parameter in a URL means the same as an absent one. */
function given(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}
