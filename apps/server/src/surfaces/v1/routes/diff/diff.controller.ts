import { Controller } from "@nestjs/common";
import { DiffService } from "../../../../diff/diff.service.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { pointOfUrl } from "../../schemas/point.js";
import * as operations from "./diff.operations.js";

@Controller()
export class DiffController {
  constructor(private readonly diffs: DiffService) {}

  @Operation(operations.getDiff)
  getDiff(@Input() { caller, params, query }: Input<typeof operations.getDiff>) {
    const { from, tables, limit, cursor } = query;
    const to = { branch: params.branch, at: pointOfUrl(query) };
    return this.diffs.compare(caller, { from, to, tables, limit, cursor });
  }
}
