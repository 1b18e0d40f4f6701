import { Controller } from "@nestjs/common";
import { BranchesService } from "../../../../branches/branches.service.js";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import * as life from "./branch-life.operations.js";
import * as operations from "./branches.operations.js";

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

  @Operation(life.updateBranch)
  updateBranch(@Input() call: Call<typeof life.updateBranch>) {
    return this.branches.update(call);
  }

  @Operation(operations.deleteBranch)
  deleteBranch(@Input() call: Call<typeof operations.deleteBranch>) {
    return this.branches.delete(call);
  }

  @Operation(life.undeleteBranch)
  undeleteBranch(@Input() call: Call<typeof life.undeleteBranch>) {
    return this.branches.undelete(call);
  }

  @Operation(life.resetBranch)
  resetBranch(@Input() call: Call<typeof life.resetBranch>) {
    return this.branches.reset(call);
  }
}
