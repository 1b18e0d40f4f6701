import { Controller } from "@nestjs/common";
import { GraphService } from "../../../../graph/graph.service.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import * as operations from "./graph.operations.js";

@Controller()
export class GraphController {
  constructor(private readonly graphs: GraphService) {}

  @Operation(operations.getGraph)
  getGraph(@Input() { caller, query }: Input<typeof operations.getGraph>) {
    const { include_deleted, max_branches, max_groups_per_branch, max_groups, ...same } = query;
    return this.graphs.graph(caller, {
      ...same,
      deleted: include_deleted,
      maxBranches: max_branches,
      maxGroupsPerBranch: max_groups_per_branch,
      maxGroups: max_groups,
    });
  }

  @Operation(operations.getDensity)
  getDensity(@Input() { caller, params, query }: Input<typeof operations.getDensity>) {
    return this.graphs.density(caller, { ...query, branch: params.branch });
  }
}
