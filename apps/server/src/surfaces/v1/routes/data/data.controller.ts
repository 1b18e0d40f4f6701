import { Controller } from "@nestjs/common";
import { DataService } from "../../../../data/data.service.js";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import * as operations from "./data.operations.js";

@Controller()
export class DataController {
  constructor(private readonly data: DataService) {}

  @Operation(operations.listTables)
  listTables(@Input() call: Call<typeof operations.listTables>) {
    return this.data.tables(call);
  }

  @Operation(operations.queryTable)
  queryTable(@Input() call: Call<typeof operations.queryTable>) {
    return this.data.read(call);
  }

  @Operation(operations.insertRows)
  insertRows(@Input() call: Call<typeof operations.insertRows>) {
    return this.data.insert(call);
  }

  @Operation(operations.updateRows)
  updateRows(@Input() call: Call<typeof operations.updateRows>) {
    return this.data.update(call);
  }

  @Operation(operations.deleteRows)
  deleteRows(@Input() call: Call<typeof operations.deleteRows>) {
    return this.data.delete(call);
  }
}
