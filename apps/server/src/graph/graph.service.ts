import type { Density, DensityRequest, Graph, GraphRequest } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Caller } from "../auth/caller.js";
import { fitsAny } from "../util/glob.js";

export interface DrawGraph extends Omit<GraphRequest, "branches"> {
  /** Names, ids or globs of names. */
  readonly branches?: readonly string[];
}

@Injectable()
export class GraphService {
  async graph({ database, cancellation }: Caller, { branches, ...request }: DrawGraph): Promise<Graph> {
    if (!branches?.some((each) => /[*?]/.test(each))) return database.graph({ ...request, branches }, cancellation);
    const all = await database.listBranches({ deleted: request.deleted });
    const fitting = all.filter(({ id, name }) => branches.includes(id) || fitsAny(branches, name));
    return database.graph({ ...request, branches: fitting.map(({ id }) => id) }, cancellation);
  }

  density({ database, cancellation }: Caller, request: DensityRequest): Promise<Density> {
    return database.density(request, cancellation);
  }
}
