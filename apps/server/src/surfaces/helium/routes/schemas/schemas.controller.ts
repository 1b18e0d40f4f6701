import { Controller } from "@nestjs/common";
import type { Caller } from "../../../../auth/caller.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { InsertService } from "../../insert/insert.service.js";
import { MetaService } from "../../meta/meta.service.js";
import { RowsService } from "../../rows/rows.service.js";
import * as operations from "./schemas.operations.js";

@Controller()
export class SchemasController {
  constructor(
    private readonly meta: MetaService,
    private readonly rows: RowsService,
    private readonly inserts: InsertService,
  ) {}

  @Operation(operations.heliumSchemas)
  async heliumSchemas(@Input() { caller }: Input<typeof operations.heliumSchemas>) {
    return used(caller, await this.meta.schemas(caller));
  }

  @Operation(operations.heliumTables)
  async heliumTables(@Input() { caller, params }: Input<typeof operations.heliumTables>) {
    return used(caller, await this.meta.tables(caller, params.schema));
  }

  @Operation(operations.heliumTable)
  async heliumTable(@Input() { caller, params }: Input<typeof operations.heliumTable>) {
    return used(caller, await this.meta.table(caller, params.schema, params.table));
  }

  @Operation(operations.heliumData)
  async heliumData(@Input() { caller, params, query }: Input<typeof operations.heliumData>) {
    const { filters = [], sort = null, limit, page } = query;
    return used(caller, await this.rows.page(caller, params, { filters, sort, limit, page }));
  }

  @Operation(operations.heliumPluck)
  async heliumPluck(@Input() { caller, params, query }: Input<typeof operations.heliumPluck>) {
    return used(caller, await this.rows.pluck(caller, params, query));
  }

  @Operation(operations.heliumDefaults)
  async heliumDefaults(@Input() { caller, params }: Input<typeof operations.heliumDefaults>) {
    return used(caller, await this.meta.defaults(caller, params.schema, params.table));
  }

  @Operation(operations.heliumColumn)
  async heliumColumn(@Input() { caller, params }: Input<typeof operations.heliumColumn>) {
    return used(caller, await this.rows.values(caller, params, params.column));
  }

  @Operation(operations.heliumInsert)
  async heliumInsert(@Input() { caller, params, body }: Input<typeof operations.heliumInsert>) {
    return used(caller, await this.inserts.insert(caller, params.schema, body));
  }
}

/** A request that succeeds has used its session, which ends later by that. */
function used<R>({ identity }: Caller, result: R): R {
  identity.session?.extend();
  return result;
}
