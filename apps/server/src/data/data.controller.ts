import { Controller } from "@nestjs/common";
import type { Call } from "../edge/call.js";
import { Input, Operation } from "../operations/decorators.js";
import * as operations from "./data.operations.js";
import { DataService } from "./data.service.js";

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
