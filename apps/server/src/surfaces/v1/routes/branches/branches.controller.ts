import { Controller } from "@nestjs/common";
import { BranchesService } from "../../../../branches/branches.service.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import * as life from "./branch-life.operations.js";
import * as operations from "./branches.operations.js";

@Controller()
export class BranchesController {
  constructor(private readonly branches: BranchesService) {}

  @Operation(operations.listBranches)
  listBranches(@Input() { caller, query }: Input<typeof operations.listBranches>) {
    const { status, include_changes, ...same } = query;
    return this.branches.list(caller, { ...same, state: status, changes: include_changes });
  }

  @Operation(operations.createBranch)
  createBranch(@Input() { caller, body }: Input<typeof operations.createBranch>) {
    return this.branches.create(caller, {
      name: body.name,
      parent: body.parent,
      at: body.snapshot_id,
      readOnly: body.options?.read_only,
      isolated: body.options?.isolated,
      displayName: body.display_name,
      metadata: body.metadata,
      expiresAt: body.expires_at,
    });
  }

  @Operation(operations.getBranch)
  getBranch(@Input() { caller, params, query }: Input<typeof operations.getBranch>) {
    return this.branches.get(caller, {
      branch: params.branch,
      details: query.include_stats,
      history: query.include_history,
      deleted: query.include_deleted,
    });
  }

  @Operation(life.updateBranch)
  updateBranch(@Input() { caller, params, body }: Input<typeof life.updateBranch>) {
    return this.branches.update(caller, {
      branch: params.branch,
      name: body.name,
      displayName: body.display_name,
      metadata: body.metadata,
      readOnly: body.read_only,
      isProtected: body.is_protected,
      expiresAt: body.expires_at,
    });
  }

  @Operation(operations.deleteBranch)
  deleteBranch(@Input() { caller, params, query }: Input<typeof operations.deleteBranch>) {
    return this.branches.delete(caller, params.branch, query.force);
  }

  @Operation(life.undeleteBranch)
  undeleteBranch(@Input() { caller, params, body }: Input<typeof life.undeleteBranch>) {
    return this.branches.undelete(caller, { id: params.branch, name: body?.name });
  }

  @Operation(life.resetBranch)
  resetBranch(@Input() { caller, params, body }: Input<typeof life.resetBranch>) {
    return this.branches.reset(caller, {
      branch: params.branch,
      to: body?.to ?? "parent",
      at: body?.as_of,
      ifScn: body?.if_scn,
      message: body?.message,
    });
  }
}
