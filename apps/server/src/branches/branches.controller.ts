import { Controller } from "@nestjs/common";
import type { Call } from "../edge/call.js";
import { Input, Operation } from "../operations/decorators.js";
import * as operations from "./branches.operations.js";
import { BranchesService } from "./branches.service.js";

@Controller()
export class BranchesController {
  constructor(private readonly branches: BranchesService) {}

  @Operation(operations.listBranches)
  listBranches(@Input() call: Call<typeof operations.listBranches>) {
    return this.branches.list(call);
  }

  @Operation(operations.createBranch)
  createBranch(@Input() call: Call<typeof operations.createBranch>) {
    return this.branches.create(call);
  }

  @Operation(operations.getBranch)
  getBranch(@Input() call: Call<typeof operations.getBranch>) {
    return this.branches.get(call);
  }

  @Operation(operations.deleteBranch)
  deleteBranch(@Input() call: Call<typeof operations.deleteBranch>) {
    return this.branches.delete(call);
  }

  @Operation(operations.mergeBranch)
  mergeBranch(@Input() call: Call<typeof operations.mergeBranch>) {
    return this.branches.merge(call);
  }
}
